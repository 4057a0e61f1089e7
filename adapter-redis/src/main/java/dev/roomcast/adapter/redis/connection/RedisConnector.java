package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.LibraryVersions;
import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisEndpoints;
import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.redis.config.RedisProtocol;
import dev.roomcast.adapter.redis.config.TlsVerify;
import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import dev.roomcast.adapter.redis.tls.RedisTls;
import dev.roomcast.adapter.spi.Settings;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.IOUringProvider;
import io.lettuce.core.resource.KqueueProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Owns the resources of Lettuce, such as its threads, and makes connections. */
public final class RedisConnector {

    /** More than any batch contains; frames beyond it are recognized as not sent. */
    private static final int UNANSWERED_COMMANDS = 1 << 16;

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final int KEEP_ALIVE_PROBES = 3;
    private static final Duration TCP_USER_TIMEOUT = Duration.ofSeconds(10);
    private static final long SHUTDOWN_SECONDS = 2;
    /** In connect timeouts, of which connection and handshake take one each at most. */
    private static final int LONGEST_ATTEMPT = 3;

    /** Whose answers may wait behind large frames. {@link KeepAlive} and {@link SubscribeConnection} look after them. */
    private static final Set<ProtocolKeyword> WITHOUT_TIMER = Set.of(
            CommandType.PING,
            CommandType.AUTH,
            CommandType.SUBSCRIBE,
            CommandType.UNSUBSCRIBE,
            CommandType.SSUBSCRIBE,
            CommandType.SUNSUBSCRIBE);

    /** What Redis does not take as a connection's name. */
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^!-~]");

    private static final int LONGEST_NODE_NAME = 100;

    /** How long things may take. */
    record Timing(Duration connect, Duration command, Duration pingInterval, Duration pingTimeout) {

        /** After a PING, which is a command too. */
        Duration longestSilence() {
            return command.compareTo(pingTimeout) < 0 ? command : pingTimeout;
        }
    }

    private final Settings settings;
    private final RedisEndpoints site;
    private final LoginSource logins;
    private final Timing timing;
    private final TlsVerify verify;
    private final ClientResources resources;
    private final boolean resourcesAreOurs;
    private final ControlExecutor executor;
    private final RedisProtocol protocol;
    private final AddressRotation addresses;
    private final RedisClients clients;

    /**
     * Connects nowhere yet.
     *
     * @param site all its servers are reached by TLS, or none
     * @param protocol the versions that may be used
     * @param shared the application's resources, or null for our own
     */
    public RedisConnector(
            Settings settings,
            RedisEndpoints site,
            LoginSource logins,
            RedisProtocol protocol,
            @Nullable ClientResources shared) {
        Optional<RedisTls> tls = RedisTls.of(settings, site.servers().get(0));
        this.settings = settings;
        this.site = site;
        this.logins = logins;
        this.timing = new Timing(
                settings.get(RedisOptions.CONNECT_TIMEOUT),
                settings.get(RedisOptions.COMMAND_TIMEOUT),
                settings.get(RedisOptions.PING_INTERVAL),
                settings.get(RedisOptions.PING_TIMEOUT));
        this.verify = settings.get(RedisOptions.TLS_VERIFY);
        this.resources = shared != null ? shared : ownResources(settings);
        this.resourcesAreOurs = shared == null;
        this.executor = new ControlExecutor(resources.eventExecutorGroup().next());
        ClientOptions.Builder options = options(settings);
        tls.ifPresent(how -> options.sslOptions(how.options(timing.connect())));
        this.protocol = protocol;
        this.addresses = new AddressRotation(resources.addressResolverGroup());
        this.clients = new RedisClients(protocol, resources, addresses, options.build());
    }

    private static ClientResources ownResources(Settings settings) {
        return DefaultClientResources.builder()
                .ioThreadPoolSize(DefaultClientResources.MIN_IO_THREADS)
                .computationThreadPoolSize(DefaultClientResources.MIN_COMPUTATION_THREADS)
                .threadFactoryProvider(pool -> settings.threads(role(pool)))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
    }

    private RedisURI uri(RedisAddress address, String role, RedisLogin login) {
        String node = NOT_IN_A_NAME.matcher(settings.nodeName()).replaceAll("-");
        RedisURI.Builder uri = address.toUri()
                // Would be sent by CLIENT SETINFO, which an ACL user then needs the right to.
                .withLibraryName("")
                .withLibraryVersion("")
                .withClientName(role + node.substring(0, Math.min(node.length(), LONGEST_NODE_NAME)))
                .withTimeout(timing.connect())
                .withVerifyPeer(verify.mode());
        login.addTo(uri);
        return uri.build();
    }

    private static String role(String pool) {
        if (pool.contains("timer")) {
            return "redis-timer";
        }
        return pool.contains("eventExecutor") ? "redis-control" : "redis-io";
    }

    private static ClientOptions.Builder options(Settings settings) {
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(UNANSWERED_COMMANDS)
                .timeoutOptions(TimeoutOptions.builder()
                        .timeoutCommands(true)
                        .timeoutSource(timeouts(settings.get(RedisOptions.COMMAND_TIMEOUT)))
                        .build())
                .socketOptions(socketOptions(settings.get(RedisOptions.CONNECT_TIMEOUT)));
        if (LibraryVersions.isLettuce7()) {
            MaintenanceNotifications.disable(options);
        }
        return options;
    }

    /** Frames have none: a timer for each would cost more than the rest of it, so {@link PublishConnection} looks after all of them. */
    private static TimeoutOptions.TimeoutSource timeouts(Duration timeout) {
        return new TimeoutOptions.TimeoutSource() {
            @Override
            public long getTimeout(RedisCommand<?, ?, ?> command) {
                return command instanceof PublishCommand || WITHOUT_TIMER.contains(command.getType())
                        ? -1
                        : timeout.toNanos();
            }

            @Override
            public TimeUnit getTimeUnit() {
                return TimeUnit.NANOSECONDS;
            }
        };
    }

    /** What the platform cannot do is left out: Lettuce refuses to connect at all otherwise. */
    private static SocketOptions socketOptions(Duration connectTimeout) {
        SocketOptions.Builder options =
                SocketOptions.builder().connectTimeout(connectTimeout).tcpNoDelay(true);
        boolean isNative = EpollProvider.isAvailable() || IOUringProvider.isAvailable();
        if (isNative || isKeepAliveOfJdk()) {
            options.keepAlive(SocketOptions.KeepAliveOptions.builder()
                    .enable()
                    .idle(KEEP_ALIVE)
                    .interval(KEEP_ALIVE)
                    .count(KEEP_ALIVE_PROBES)
                    .build());
        } else {
            options.keepAlive(true);
        }
        if (isNative) {
            options.tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                    .enable()
                    .tcpUserTimeout(TCP_USER_TIMEOUT)
                    .build());
        }
        return options.build();
    }

    /** Lettuce says this itself since 7.5 (ExtendedKeepAliveSupport), but older ones are supported. */
    private static boolean isKeepAliveOfJdk() {
        return !KqueueProvider.isAvailable()
                && ModuleLayer.boot().findModule("jdk.net").isPresent();
    }

    /**
     * Begins to count the bytes of a connection.
     *
     * @throws RedisFailure if it is closed
     */
    Traffic trafficOn(StatefulConnection<?, ?> connection) {
        return clients.channelOf(connection)
                .map(Traffic::on)
                .orElseThrow(() -> new RedisFailure("it was closed as soon as it was open"));
    }

    /** The one thread for all that is not done on an event loop. */
    public ControlExecutor executor() {
        return executor;
    }

    Timing timing() {
        return timing;
    }

    /** Whether a replica is used as any other server. */
    boolean allowsReplica() {
        return settings.get(RedisOptions.ALLOW_REPLICA);
    }

    public LoginSource logins() {
        return logins;
    }

    /** Says why a server could not be used. */
    public RedisFailure explain(RedisAddress address, Throwable failure) {
        return explain("Redis", address, logins, failure);
    }

    /** Says why an attempt to connect has failed. The next one tries another address of the name. */
    public RedisFailure failed(RedisAddress address, Throwable failure) {
        addresses.failed(address.host(), address.port());
        return explain(address, failure);
    }

    /** The same of a Sentinel. */
    RedisFailure failedSentinel(RedisAddress sentinel, LoginSource as, Throwable failure) {
        addresses.failed(sentinel.host(), sentinel.port());
        return explain("the Sentinel", sentinel, as, failure);
    }

    private RedisFailure explain(String who, RedisAddress address, LoginSource as, Throwable failure) {
        return new ConnectFailure(who, address, site.origin(address), as, protocol, settings).explain(failure);
    }

    public CompletionStage<StatefulRedisConnection<String, byte[]>> publishConnection(
            RedisAddress address, RedisLogin login) {
        return connect(() -> clients.connect(
                login, client -> client.connectAsync(ChannelCodec.PLAIN, uri(address, "roomcast-pub-", login))));
    }

    CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> subscribeConnection(
            RedisAddress address, PubSub pubSub, RedisLogin login) {
        return connect(() -> clients.connect(
                login, client -> client.connectPubSubAsync(pubSub.codec(), uri(address, "roomcast-sub-", login))));
    }

    /** A plain connection: for one to a Sentinel, Lettuce logs each attempt that fails. */
    CompletionStage<StatefulRedisConnection<String, String>> sentinelConnection(
            RedisAddress sentinel, RedisLogin login) {
        return connect(() -> clients.connect(
                login, client -> client.connectAsync(StringCodec.UTF8, uri(sentinel, "roomcast-sentinel-", login))));
    }

    /**
     * The stage ends in any case: what Lettuce or a resolver of the application throws is a failed attempt, whatever it
     * is, and so is an attempt that never ends, because an event loop has swallowed an error.
     */
    private <T extends StatefulConnection<?, ?>> CompletionStage<T> connect(
            Supplier<? extends CompletionStage<T>> connect) {
        CompletableFuture<T> attempt = new CompletableFuture<>();
        Duration longest = timing.connect().multipliedBy(LONGEST_ATTEMPT);
        Future<?> deadline = executor.after(
                longest,
                () -> attempt.completeExceptionally(
                        new TimeoutException("no result within " + longest.toMillis() + " ms")));
        ControlExecutor.guarded(connect).whenComplete((connection, failure) -> {
            deadline.cancel(false);
            if (failure != null) {
                attempt.completeExceptionally(RedisFailure.causeOf(failure));
            } else if (!attempt.complete(connection)) {
                // Too late.
                connection.closeAsync();
            }
        });
        return attempt;
    }

    /**
     * Closes all connections, and ends all threads that are ours.
     *
     * @param before is done first; on the executor, if the application has not shut that down with what it has given us
     */
    public CompletionStage<Void> close(Runnable before) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        executor.executeInAnyCase(() -> {
            try {
                before.run();
            } finally {
                ControlExecutor.guarded(this::close).whenComplete((closed, failure) -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
            }
        });
        return done;
    }

    private CompletionStage<Void> close() {
        // The application's event loops would keep its listeners.
        CompletionStage<Void> closed =
                clients.close(Duration.ofSeconds(SHUTDOWN_SECONDS)).whenComplete((done, failure) -> addresses.close());
        return resourcesAreOurs ? closed.thenCompose(nothing -> shutdownResources()) : closed;
    }

    private CompletionStage<Void> shutdownResources() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        resources.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).addListener(future -> {
            if (future.isSuccess()) {
                done.complete(null);
            } else {
                done.completeExceptionally(new CompletionException(future.cause()));
            }
        });
        return done;
    }
}
