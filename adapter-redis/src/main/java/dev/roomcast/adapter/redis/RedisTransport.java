package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Link;
import dev.roomcast.adapter.cluster.Outgoing;
import dev.roomcast.adapter.cluster.Receiver;
import dev.roomcast.adapter.cluster.Settings;
import dev.roomcast.adapter.cluster.Traits;
import dev.roomcast.adapter.cluster.Transport;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames over the Pub/Sub of one Redis server, on two connections: a subscribed one may do little else, and a burst of frames that
 * come in holds up nothing that goes out.
 *
 * <p><b>Why we reconnect ourselves.</b> Lettuce's own reconnecting revives a connection object: it sends PUBLISH commands of before
 * the outage again, subscribes to everything by one giant command, waits up to half a minute, and says little of all that. Here a
 * connection object has one life. A new life is a new object, so nothing can be replayed, what is stale is stale by identity, and
 * each life is one {@link Link}. One loop brings up whichever of the two connections is missing, so that an attempt is counted once.
 *
 * <p><i>Threading:</i> thread-safe. State changes are made on one thread, the executor's; frames and their answers never meet it.
 */
final class RedisTransport implements Transport {

    private static final Logger log = LoggerFactory.getLogger(RedisTransport.class);

    /**
     * Redis drops a subscriber that has 32 MB waiting, or 8 MB for a minute (client-output-buffer-limit pubsub). So a few frames of
     * this size may wait for a slow subscriber, and one alone never costs it its connection.
     */
    private static final int MAX_FRAME_BYTES = 8 * 1024 * 1024 - 1024;

    private static final int SUBSCRIBE_BATCH = 512;
    private static final Duration DELAY_STEP = Duration.ofMillis(50);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

    private final Receiver receiver;
    private final RedisAddress address;
    private final RedisCredentials credentials;
    private final Runnable renewal = this::authenticateSoon;
    private final ConnectFailure connectFailure;
    private final Traits traits;
    private final RedisConnector connector;
    private final ScheduledExecutorService executor;
    private final Pulse.Rhythm rhythm;

    /** Held while a link comes up and while a channel is answered because there is none, so that these have an order. */
    private final Object links = new Object();

    private volatile @Nullable SubscribeConnection subscribing;
    private volatile @Nullable PublishConnection publishing;
    private volatile @Nullable CompletionStage<Void> closed;

    // On the executor only.
    private int attempt;
    private boolean connecting = true;

    RedisTransport(
            Settings settings,
            RedisAddress address,
            RedisCredentials credentials,
            @Nullable ClientResources resources,
            Receiver receiver) {
        this.receiver = receiver;
        this.address = address;
        this.credentials = credentials;
        this.connectFailure = new ConnectFailure(address, credentials, settings);
        this.traits = Traits.of(MAX_FRAME_BYTES)
                .subscribeBatch(SUBSCRIBE_BATCH)
                .attempts(settings.get(RedisOptions.MAX_RETRIES))
                .confirmWithin(settings.get(RedisOptions.COMMAND_TIMEOUT));
        this.connector = new RedisConnector(settings, address, resources);
        this.executor = connector.executor();
        this.rhythm = new Pulse.Rhythm(
                executor,
                settings.get(RedisOptions.PING_INTERVAL),
                settings.get(RedisOptions.PING_TIMEOUT),
                this::steady);
    }

    void start() {
        credentials.onRenewal(renewal);
        onExecutor(Duration.ZERO, this::connect);
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        PublishConnection connection = publishing;
        if (connection == null) {
            RedisFailure why = notConnected();
            pass.forEach(frame -> frame.notSent(why));
        } else {
            connection.publish(pass);
        }
    }

    @Override
    public void subscribe(Collection<String> channels) {
        synchronized (links) {
            SubscribeConnection connection = subscribing;
            if (connection == null || !connection.subscribe(channels)) {
                RedisFailure why = notConnected();
                channels.forEach(channel -> receiver.unavailable(channel, why));
            }
        }
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        SubscribeConnection connection = subscribing;
        if (connection != null) {
            connection.unsubscribe(channels);
        }
    }

    @Override
    public void reset(Link link, String reason) {
        SubscribeConnection connection = subscribing;
        if (connection != null && connection.isOf(link)) {
            connection.down(new RedisFailure("the link to Redis at " + address + " was reset: " + reason));
        }
    }

    private RedisFailure notConnected() {
        return new RedisFailure("not connected to Redis at " + address);
    }

    /** One round for what is missing. */
    private void connect() {
        RedisLogin login = credentials.login();
        CompletableFuture<Void> subscribe = subscribing != null
                ? CompletableFuture.completedFuture(null)
                : connector
                        .subscribeConnection(login)
                        .thenAcceptAsync(lettuce -> subscribeOn(lettuce, login), executor)
                        .toCompletableFuture();
        CompletableFuture<Void> publish = publishing != null
                ? CompletableFuture.completedFuture(null)
                : connector
                        .publishConnection(login)
                        .thenAcceptAsync(lettuce -> publishOn(lettuce, login), executor)
                        .toCompletableFuture();
        CompletableFuture.allOf(subscribe, publish)
                .whenComplete((both, failure) -> onExecutor(Duration.ZERO, () -> connected(failure)));
    }

    private void connected(@Nullable Throwable failure) {
        connecting = false;
        if (failure != null) {
            receiver.linkFailed(connectFailure.explain(failure));
        }
        reconnect();
    }

    private void reconnect() {
        if (!connecting && (subscribing == null || publishing == null)) {
            connecting = true;
            attempt++;
            onExecutor(delay(attempt), this::connect);
        }
    }

    /** Only now, or a server that drops each connection at once would be called on without a pause. */
    private void steady() {
        if (subscribing != null && publishing != null) {
            attempt = 0;
        }
    }

    /** Jitter only shortens it, by at most a half: many nodes that lost one Redis do not come back at once. */
    private static Duration delay(int attempt) {
        long longest = Math.min(DELAY_STEP.toMillis() * attempt, LONGEST_DELAY.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }

    private void subscribeOn(StatefulRedisPubSubConnection<String, byte[]> lettuce, RedisLogin login) {
        SubscribeConnection connection =
                new SubscribeConnection(lettuce, login, receiver, rhythm, traits.confirmWithin(), this::lost);
        Link link;
        synchronized (links) {
            if (closed != null) {
                lettuce.closeAsync();
                return;
            }
            subscribing = connection;
            link = receiver.linkUp(address.toString());
        }
        connection.start(link);
        authenticate();
    }

    private void publishOn(StatefulRedisConnection<String, byte[]> lettuce, RedisLogin login) {
        PublishConnection connection =
                new PublishConnection(lettuce, login, rhythm, traits.confirmWithin(), this::lost);
        synchronized (links) {
            if (closed != null) {
                lettuce.closeAsync();
                return;
            }
            publishing = connection;
            receiver.publishing(Optional.empty());
        }
        connection.start();
        authenticate();
    }

    private void authenticateSoon() {
        onExecutor(Duration.ZERO, this::authenticate);
    }

    /** Each connection by those of now, unless it is by them already: they may have been renewed while it was made. */
    private void authenticate() {
        RedisLogin login = credentials.login();
        SubscribeConnection subscribe = subscribing;
        if (subscribe != null) {
            subscribe.authenticate(login).whenComplete((done, failure) -> authenticated("subscribe", failure));
        }
        PublishConnection publish = publishing;
        if (publish != null) {
            publish.authenticate(login).whenComplete((done, failure) -> authenticated("publish", failure));
        }
    }

    private void authenticated(String role, @Nullable Throwable failure) {
        if (failure != null && closed == null) {
            log.warn(
                    "Redis at {} has not taken the renewed credentials on the {} connection, which goes on with those of before: {}",
                    address,
                    role,
                    failure.getMessage());
        }
    }

    private void lost(SubscribeConnection connection) {
        onExecutor(Duration.ZERO, () -> {
            if (subscribing == connection) {
                subscribing = null;
            }
            reconnect();
        });
    }

    private void lost(PublishConnection connection, Throwable why) {
        if (closed == null) {
            receiver.publishing(Optional.of(why));
        }
        onExecutor(Duration.ZERO, () -> {
            if (publishing == connection) {
                publishing = null;
            }
            reconnect();
        });
    }

    private void onExecutor(Duration delay, Runnable step) {
        try {
            executor.schedule(() -> runUnlessClosed(step), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("Closed meanwhile", e);
        }
    }

    private void runUnlessClosed(Runnable step) {
        if (closed == null) {
            step.run();
        }
    }

    @Override
    public CompletionStage<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (links) {
            CompletionStage<Void> closing = closed;
            if (closing != null) {
                return closing;
            }
            // Set before anything ends, so that nobody hears of it as a loss.
            closed = done;
        }
        credentials.forget(renewal);
        closeSoon(done);
        return done;
    }

    /** On the executor, so that no attempt to connect begins meanwhile; it is gone if the application has shut down what it has given us. */
    private void closeSoon(CompletableFuture<Void> done) {
        try {
            executor.execute(() -> closeAll(done));
        } catch (RejectedExecutionException e) {
            closeAll(done);
        }
    }

    private void closeAll(CompletableFuture<Void> done) {
        SubscribeConnection subscribe = subscribing;
        if (subscribe != null) {
            subscribe.retire();
        }
        PublishConnection publish = publishing;
        if (publish != null) {
            publish.retire();
        }
        connector.close().whenComplete((nothing, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    @Override
    public String toString() {
        return "Redis Pub/Sub at " + address;
    }
}
