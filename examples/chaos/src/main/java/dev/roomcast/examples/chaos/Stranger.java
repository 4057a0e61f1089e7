package dev.roomcast.examples.chaos;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Somebody on the same Redis who publishes garbage on the nodes' channels: random bytes, and spoilt copies of what it hears there.
 *
 * <p><i>Threading:</i> used by one thread.
 */
final class Stranger implements AutoCloseable {

    /** The channels of all namespaces, as a pattern. */
    static final String NAMESPACES = "roomcast.*.all";

    private static final String ALL = "roomcast.*";
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration BETWEEN_COPIES = Duration.ofMillis(5);
    private static final int MOST_RANDOM_BYTES = 2_000;

    private record Heard(String channel, byte[] frame) {}

    private final Site.Pause pause;
    private final Random random;
    private final RedisClient client;

    Stranger(String redisUrl, Site.Pause pause, Random random) {
        this.pause = pause;
        this.random = random;
        this.client = RedisClient.create(redisUrl);
    }

    /** Goes on for so long. */
    void litter(Duration lasts) throws InterruptedException {
        AtomicReference<@Nullable Heard> latest = new AtomicReference<>();
        try (StatefulRedisConnection<String, byte[]> out = client.connect(CODEC);
                StatefulRedisPubSubConnection<String, byte[]> in = client.connectPubSub(CODEC)) {
            List<String> channels = out.sync().pubsubChannels(ALL);
            in.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String pattern, String channel, byte[] frame) {
                    latest.set(new Heard(channel, frame));
                }
            });
            in.sync().psubscribe(ALL);
            channels.forEach(channel -> out.async().publish(channel, randomBytes()));
            spoil(latest, out.async(), lasts);
            // What was sent before has been read when this is answered.
            out.sync().ping();
        }
    }

    private void spoil(AtomicReference<@Nullable Heard> latest, RedisAsyncCommands<String, byte[]> out, Duration lasts)
            throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < lasts.toNanos()) {
            pause.of(BETWEEN_COPIES);
            Heard heard = latest.getAndSet(null);
            if (heard != null && Garbage.isFrame(heard.frame())) {
                out.publish(heard.channel(), spoilt(heard));
            }
        }
    }

    /** Everyone has been on a namespace's channel for long, so a copy with its number left in place is one too many there. */
    private byte[] spoilt(Heard heard) {
        return heard.channel().endsWith(".all")
                ? Garbage.spoiltAnywhere(heard.frame(), random)
                : Garbage.spoiltHeader(heard.frame(), random);
    }

    private byte[] randomBytes() {
        return Garbage.random(random.nextInt(MOST_RANDOM_BYTES), random);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
