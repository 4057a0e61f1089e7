package dev.roomcast.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Two clients as in two processes, with Lettuce's own defaults: one only publishes, the other only subscribes. */
final class LettucePair implements AutoCloseable {

    private static final int SUBSCRIBE_BATCH = 500;

    private final RedisClient sender;
    private final RedisClient receiver;
    private final RedisAsyncCommands<byte[], byte[]> publisher;

    private LettucePair(RedisClient sender, RedisClient receiver) {
        this.sender = sender;
        this.receiver = receiver;
        this.publisher = sender.connect(ByteArrayCodec.INSTANCE).async();
    }

    /** Channels that no other pair has. */
    static List<byte[]> channels(int count) {
        String prefix = "bench:" + UUID.randomUUID() + ":room-";
        return IntStream.range(0, count)
                .mapToObj(room -> (prefix + room).getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    static LettucePair open(String redisUrl, List<byte[]> channels, Consumer<byte[]> onMessage) {
        LettucePair pair = new LettucePair(RedisClient.create(redisUrl), RedisClient.create(redisUrl));
        pair.subscribe(channels, onMessage);
        return pair;
    }

    private void subscribe(List<byte[]> channels, Consumer<byte[]> onMessage) {
        StatefulRedisPubSubConnection<byte[], byte[]> connection = receiver.connectPubSub(ByteArrayCodec.INSTANCE);
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                onMessage.accept(message);
            }
        });
        for (int from = 0; from < channels.size(); from += SUBSCRIBE_BATCH) {
            List<byte[]> batch = channels.subList(from, Math.min(from + SUBSCRIBE_BATCH, channels.size()));
            connection.sync().subscribe(batch.toArray(byte[][]::new));
        }
    }

    RedisAsyncCommands<byte[], byte[]> publisher() {
        return publisher;
    }

    @Override
    public void close() {
        sender.shutdown();
        receiver.shutdown();
    }
}
