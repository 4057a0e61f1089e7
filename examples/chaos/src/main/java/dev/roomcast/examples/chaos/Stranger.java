package dev.roomcast.examples.chaos;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Somebody on the same servers who publishes garbage on the nodes' channels: random bytes, and spoilt copies of what it hears there.
 *
 * <p><i>Threading:</i> used by one thread.
 */
final class Stranger implements AutoCloseable {

    /** The channels of all namespaces, as a pattern; on a Cluster their names begin with a tag. */
    static final String NAMESPACES = "*roomcast.*.all";

    /** All channels. */
    static final String ALL = "*roomcast.*";

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration BETWEEN_COPIES = Duration.ofMillis(5);
    private static final int MOST_RANDOM_BYTES = 2_000;

    private record Heard(Place place, String channel, byte[] frame) {}

    /** Where he stands: at one server. */
    private record Place(
            StatefulRedisConnection<String, byte[]> out, StatefulRedisPubSubConnection<String, byte[]> in) {}

    private final PubSub pubSub;
    private final Site.Pause pause;
    private final Random random;
    private final RedisClient client = RedisClient.create();

    Stranger(PubSub pubSub, Site.Pause pause, Random random) {
        this.pubSub = pubSub;
        this.pause = pause;
        this.random = random;
    }

    /** Goes on for so long, at all these servers. */
    void litter(List<String> urls, Duration lasts) throws InterruptedException {
        AtomicReference<@Nullable Heard> latest = new AtomicReference<>();
        List<Place> places = new ArrayList<>();
        try {
            for (String url : urls) {
                RedisURI server = RedisURI.create(url);
                Place place = new Place(client.connect(CODEC, server), client.connectPubSub(CODEC, server));
                places.add(place);
                litter(place, latest);
            }
            spoil(latest, lasts);
            // What was sent before has been read when this is answered.
            places.forEach(place -> place.out.sync().ping());
        } finally {
            places.forEach(place -> {
                place.out.close();
                place.in.close();
            });
        }
    }

    private void litter(Place place, AtomicReference<@Nullable Heard> latest) throws InterruptedException {
        List<String> channels = PubSub.done(pubSub.channels(place.out.async(), ALL));
        if (channels.isEmpty()) {
            throw new IllegalStateException("there is no channel to litter");
        }
        place.in.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, byte[] frame) {
                latest.set(new Heard(place, channel, frame));
            }

            @Override
            public void smessage(String channel, byte[] frame) {
                latest.set(new Heard(place, channel, frame));
            }
        });
        pubSub.hear(place.in, channels);
        channels.forEach(channel -> pubSub.publish(place.out.async(), channel, randomBytes()));
    }

    private void spoil(AtomicReference<@Nullable Heard> latest, Duration lasts) throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < lasts.toNanos()) {
            pause.of(BETWEEN_COPIES);
            Heard heard = latest.getAndSet(null);
            if (heard != null && Garbage.isFrame(heard.frame())) {
                pubSub.publish(heard.place().out.async(), heard.channel(), spoilt(heard));
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
