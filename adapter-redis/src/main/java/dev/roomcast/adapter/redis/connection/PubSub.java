package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** The two kinds of Pub/Sub that Redis has. */
public enum PubSub {

    /** Every server of a Cluster hands every frame on to every other one. */
    CLASSIC("*3\r\n$7\r\nPUBLISH\r\n", ChannelCodec.PLAIN) {
        @Override
        CompletionStage<?> subscribe(RedisPubSubAsyncCommands<String, byte[]> commands, String[] channels) {
            return commands.subscribe(channels);
        }

        @Override
        CompletionStage<?> unsubscribe(RedisPubSubAsyncCommands<String, byte[]> commands, String[] channels) {
            return commands.unsubscribe(channels);
        }
    },

    /** A channel lives where its slot does; since Redis 7.0. */
    SHARDED("*3\r\n$8\r\nSPUBLISH\r\n", ChannelCodec.PARTITIONED) {
        @Override
        CompletionStage<?> subscribe(RedisPubSubAsyncCommands<String, byte[]> commands, String[] channels) {
            return commands.ssubscribe(channels);
        }

        @Override
        CompletionStage<?> unsubscribe(RedisPubSubAsyncCommands<String, byte[]> commands, String[] channels) {
            return commands.sunsubscribe(channels);
        }
    };

    private final byte[] publish;
    private final ChannelCodec codec;

    PubSub(String publish, ChannelCodec codec) {
        this.publish = publish.getBytes(StandardCharsets.US_ASCII);
        this.codec = codec;
    }

    /** The beginning of the command that publishes, up to its first argument. Nobody may write to it. */
    byte[] publish() {
        return publish;
    }

    /** How channels are called on the wire. */
    ChannelCodec codec() {
        return codec;
    }

    abstract CompletionStage<?> subscribe(RedisPubSubAsyncCommands<String, byte[]> commands, String[] channels);

    abstract CompletionStage<?> unsubscribe(RedisPubSubAsyncCommands<String, byte[]> commands, String[] channels);
}
