package dev.roomcast.examples.chaos;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** In which of its two ways a server hands messages over. */
enum PubSub {
    CLASSIC {
        @Override
        <V> RedisFuture<List<String>> channels(BaseRedisAsyncCommands<String, V> server, String pattern) {
            return server.pubsubChannels(pattern);
        }

        @Override
        <V> RedisFuture<Long> publish(BaseRedisAsyncCommands<String, V> server, String channel, V message) {
            return server.publish(channel, message);
        }

        @Override
        <V> void hear(StatefulRedisPubSubConnection<String, V> in, List<String> channels) {
            in.sync().subscribe(channels.toArray(String[]::new));
        }
    },
    /** Each channel by itself: they may be of different slots. */
    SHARDED {
        @Override
        <V> RedisFuture<List<String>> channels(BaseRedisAsyncCommands<String, V> server, String pattern) {
            return server.pubsubShardChannels(pattern);
        }

        @Override
        <V> RedisFuture<Long> publish(BaseRedisAsyncCommands<String, V> server, String channel, V message) {
            return server.spublish(channel, message);
        }

        @Override
        <V> void hear(StatefulRedisPubSubConnection<String, V> in, List<String> channels) {
            channels.forEach(channel -> in.async().ssubscribe(channel));
        }
    };

    /** Which channels of a pattern somebody hears. */
    abstract <V> RedisFuture<List<String>> channels(BaseRedisAsyncCommands<String, V> server, String pattern);

    abstract <V> RedisFuture<Long> publish(BaseRedisAsyncCommands<String, V> server, String channel, V message);

    /** Hears these from now on. */
    abstract <V> void hear(StatefulRedisPubSubConnection<String, V> in, List<String> channels);

    static <T> T done(RedisFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Redis does not answer", e);
        }
    }
}
