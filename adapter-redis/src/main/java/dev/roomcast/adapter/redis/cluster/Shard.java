package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.connection.FixedLocator;
import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.redis.connection.PubSub;
import dev.roomcast.adapter.redis.connection.RedisConnector;
import dev.roomcast.adapter.redis.connection.RedisServer;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * One master of a Cluster, with its two connections.
 *
 * <p><i>Threading:</i> as its parts; its events are reported on any thread.
 */
final class Shard implements ShardedPublisher.Master {

    private final RedisAddress address;
    private final RedisServer server;
    private volatile @Nullable ShardLink link;
    private volatile boolean publishing;

    /** How often in a row it has been found with channels whose slots others have. On the executor. */
    int stale;

    /** When another server said last that it has slots: itself it may not know yet that it has them no longer. Written on the executor. */
    private volatile long vouchedForAt = System.nanoTime();

    /** Whether its attempts to connect fail, and that was reported. On the executor. */
    boolean isFailing;

    Shard(RedisAddress address, RedisConnector connector, ShardedTransport transport) {
        this.address = address;
        this.server =
                new RedisServer(connector, PubSub.SHARDED, new FixedLocator(List.of(address)), new Events(transport));
    }

    /** That it is away. */
    final LogInterval logsFailures = new LogInterval();

    RedisAddress address() {
        return address;
    }

    RedisServer server() {
        return server;
    }

    /** This life of the subscribe connection, or null. */
    @Nullable
    ShardLink link() {
        return link;
    }

    /** Another server says that it has slots. */
    void vouchedFor() {
        vouchedForAt = System.nanoTime();
    }

    /** For how long other nodes may have published elsewhere on channels that this server's subscribers use. */
    private Duration sinceVouchedFor() {
        return Duration.ofNanos(System.nanoTime() - vouchedForAt);
    }

    boolean isHearing() {
        return link != null;
    }

    @Override
    public boolean isPublishing() {
        return publishing;
    }

    @Override
    public void publish(List<Outgoing> pass) {
        server.publish(pass);
    }

    @Override
    public String toString() {
        return address.toString();
    }

    /** One life of the subscribe connection, and the number of its reported channels in each partition. */
    final class ShardLink implements Link {

        private final Link engine;
        private final ShardedTransport transport;
        private final AtomicIntegerArray confirmed = new AtomicIntegerArray(Partitions.COUNT);

        private ShardLink(Link engine, ShardedTransport transport) {
            this.engine = engine;
            this.transport = transport;
        }

        boolean isOf(Link other) {
            return engine == other;
        }

        boolean hasChannelsOf(int partition) {
            return confirmed.get(partition) > 0;
        }

        @Override
        public void frame(String channel, byte[] bytes) {
            engine.frame(channel, bytes);
        }

        @Override
        public void subscribed(String channel) {
            confirmed.incrementAndGet(Partitions.of(channel));
            engine.subscribed(channel);
        }

        @Override
        public void unsubscribed(String channel) {
            confirmed.decrementAndGet(Partitions.of(channel));
            engine.unsubscribed(channel);
        }

        @Override
        public void dropped(String channel, String why) {
            confirmed.decrementAndGet(Partitions.of(channel));
            engine.dropped(channel, "its slot has moved away from " + address + " (" + why + ")", sinceVouchedFor());
        }

        @Override
        public void down(Throwable why) {
            link = null;
            engine.down(why, sinceVouchedFor());
            transport.deaf(Shard.this, why);
        }
    }

    private final class Events implements RedisServer.Owner {

        private final ShardedTransport transport;

        Events(ShardedTransport transport) {
            this.transport = transport;
        }

        @Override
        public Link linkUp(RedisAddress at) {
            ShardLink up = new ShardLink(transport.receiver().linkUp(at.toString()), transport);
            link = up;
            return up;
        }

        @Override
        public void subscribable() {
            transport.subscribable(Shard.this);
        }

        @Override
        public void publishing(Optional<Throwable> down) {
            publishing = down.isEmpty();
            transport.publishing(Shard.this, down);
        }

        @Override
        public void failed(Throwable why) {
            transport.failed(Shard.this, why);
        }

        @Override
        public void refused(String channel, Throwable why) {
            transport.receiver().refused(channel, why);
        }

        @Override
        public void unavailable(Collection<String> channels, Throwable why) {
            transport.unserved(Shard.this, channels, why);
        }
    }
}
