package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives frames over the Pub/Sub of one Redis server: the only one, the master that Sentinels name, or any
 * server of a Cluster.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class RedisTransport implements Transport {

    /**
     * Redis drops a subscriber that has 32 MB waiting, or 8 MB for a minute (client-output-buffer-limit pubsub). So a few frames of
     * this size may wait for a slow subscriber, and one alone never costs it its connection.
     */
    static final int MAX_FRAME_BYTES = 8 * 1024 * 1024 - 1024;

    static final int SUBSCRIBE_BATCH = 512;

    /** The transport notices a failover without notification within this time. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final TransportCapabilities capabilities;
    private final RedisConnector connector;
    private final RedisServer.Locator locator;
    private final RedisServer server;
    private final Receiver receiver;
    private Future<?> watch = CompletableFuture.completedFuture(null);
    private @Nullable CompletionStage<Void> closed;

    /** On the executor only. */
    private CompletableFuture<?> looking = CompletableFuture.completedFuture(null);

    public RedisTransport(Settings settings, RedisConnector connector, RedisServer.Locator locator, Receiver receiver) {
        this.capabilities =
                capabilities(settings).subscribeBatch(SUBSCRIBE_BATCH).build();
        this.connector = connector;
        this.locator = locator;
        this.receiver = receiver;
        this.server = new RedisServer(connector, PubSub.CLASSIC, locator, new ToReceiver(receiver));
    }

    public static TransportCapabilities.Builder capabilities(Settings settings) {
        return TransportCapabilities.builder(MAX_FRAME_BYTES)
                .attempts(settings.get(RedisOptions.MAX_RETRIES))
                .confirmWithin(settings.get(RedisOptions.COMMAND_TIMEOUT));
    }

    public void start() {
        server.start();
    }

    /** Looks now and then whether the server is still the one that it was. */
    public void startWatching() {
        server.start();
        watch = connector.executor().every(LOOK_AGAIN, this::look);
    }

    private void look() {
        if (looking.isDone()) {
            looking = ControlExecutor.guarded(locator::locate)
                    .whenComplete((address, failure) -> remark(failure))
                    .thenAccept(address -> connector.executor().execute(() -> server.isAt(address)))
                    .toCompletableFuture();
        }
    }

    /** While there is no connection, the attempts to make one say the same. */
    private void remark(@Nullable Throwable failure) {
        receiver.remark(
                "locator",
                Optional.ofNullable(failure)
                        .filter(why -> server.isPublishing())
                        .map(why -> "a failover would go unnoticed while its connections live: "
                                + RedisFailure.causeOf(why).getMessage()));
    }

    @Override
    public TransportCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        server.publish(pass);
    }

    @Override
    public void subscribe(Collection<String> channels) {
        List<String> asked = List.copyOf(channels);
        connector.executor().executeInAnyCase(() -> server.subscribe(asked));
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        List<String> given = List.copyOf(channels);
        connector.executor().executeInAnyCase(() -> server.unsubscribe(given));
    }

    @Override
    public void reset(Link link, String reason) {
        server.reset(link, reason);
    }

    @Override
    public void resetPublishing(Collection<String> channels, String reason) {
        server.resetPublishing(reason);
    }

    @Override
    public synchronized CompletionStage<Void> close() {
        if (closed == null) {
            // Before anything ends, so that nobody hears of it as a loss.
            watch.cancel(false);
            server.close();
            closed = connector.close(server::retire);
        }
        return closed;
    }

    @Override
    public String toString() {
        return "Redis Pub/Sub at " + locator;
    }

    /** Reports it to the engine. */
    private record ToReceiver(Receiver receiver) implements RedisServer.Owner {

        @Override
        public Link linkUp(RedisAddress at) {
            return receiver.linkUp(at.toString());
        }

        @Override
        public void publishing(Optional<Throwable> down) {
            receiver.publishing(down);
        }

        @Override
        public void failed(Throwable why) {
            receiver.linkFailed(why);
        }

        @Override
        public void refused(String channel, Throwable why) {
            receiver.refused(channel, why);
        }

        @Override
        public void unavailable(Collection<String> channels, Throwable why) {
            channels.forEach(channel -> receiver.unavailable(channel, why));
        }
    }
}
