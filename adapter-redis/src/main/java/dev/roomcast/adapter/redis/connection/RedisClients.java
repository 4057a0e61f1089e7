package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisProtocol;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lettuce's clients, one for each version of the protocol, and the selection of the version.
 *
 * <p><b>Why Lettuce does not select the version.</b> It falls back to RESP2 only if an error begins with {@code ERR}
 * and says {@code unknown}, or begins with {@code NOPROTO}. Proxies without {@code HELLO} use other texts, and some
 * require a login first although {@code HELLO} contains it. RESP2 sends the same login to the same server, so nothing
 * is at risk.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class RedisClients {

    private static final Logger log = LoggerFactory.getLogger(RedisClients.class);

    /** Errors that RESP2 would meet as well. */
    private static final List<String> NOT_ABOUT_HELLO = List.of(
            "WRONGPASS",
            "ERR invalid password",
            "DENIED",
            "LOADING",
            "BUSY",
            "MASTERDOWN",
            "ERR max number of clients");

    private final RedisProtocol protocol;
    private final RotatingClient resp3;
    private final RotatingClient resp2;
    private final AtomicBoolean isSaid = new AtomicBoolean();

    RedisClients(RedisProtocol protocol, ClientResources resources, AddressRotation addresses, ClientOptions options) {
        this.protocol = protocol;
        this.resp3 = client(resources, addresses, options, ProtocolVersion.RESP3);
        this.resp2 = client(resources, addresses, options, ProtocolVersion.RESP2);
    }

    private static RotatingClient client(
            ClientResources resources, AddressRotation addresses, ClientOptions options, ProtocolVersion version) {
        RotatingClient client = new RotatingClient(resources, addresses);
        client.setOptions(options.mutate().protocolVersion(version).build());
        return client;
    }

    /**
     * Connects; by RESP2 too, where that may be and the server refuses {@code HELLO}.
     *
     * @param login as whom
     * @param connect tries once, by the client that it is given
     */
    <T> CompletionStage<T> connect(RedisLogin login, Function<RedisClient, ? extends CompletionStage<T>> connect) {
        if (protocol == RedisProtocol.RESP2) {
            return connect.apply(resp2);
        }
        CompletionStage<T> first = connect.apply(resp3);
        if (protocol == RedisProtocol.RESP3) {
            return first;
        }
        return first.<CompletionStage<T>>handle((connection, failure) -> {
                    Optional<String> refusal = failure == null ? Optional.empty() : refusal(failure, login);
                    refusal.ifPresent(said -> sayOnce(login.removedFrom(said)));
                    return refusal.isPresent() ? connect.apply(resp2) : first;
                })
                .thenCompose(Function.identity());
    }

    private void sayOnce(String said) {
        if (!isSaid.getAndSet(true)) {
            log.info("Redis refuses HELLO ({}), so RESP2 is used", said);
        }
    }

    private static Optional<String> refusal(Throwable failure, RedisLogin login) {
        return ConnectFailure.causes(failure).stream()
                .filter(RedisCommandExecutionException.class::isInstance)
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(said -> isAboutHello(said, login))
                .findFirst();
    }

    /** Whether an error that answers {@code HELLO} means that command, and not the login or the state of the server. */
    static boolean isAboutHello(String said, RedisLogin login) {
        boolean asksForLogin = said.startsWith("NOAUTH") && !login.isGiven();
        return !asksForLogin && NOT_ABOUT_HELLO.stream().noneMatch(said::startsWith);
    }

    /** The channel of a connection, unless that is closed. */
    Optional<Channel> channelOf(StatefulConnection<?, ?> connection) {
        return Stream.of(resp3, resp2)
                .flatMap(client -> client.channelOf(connection))
                .findAny();
    }

    /** Closes all connections. */
    CompletionStage<Void> close(Duration patience) {
        long seconds = patience.toSeconds();
        return CompletableFuture.allOf(
                resp3.shutdownAsync(0, seconds, TimeUnit.SECONDS), resp2.shutdownAsync(0, seconds, TimeUnit.SECONDS));
    }
}
