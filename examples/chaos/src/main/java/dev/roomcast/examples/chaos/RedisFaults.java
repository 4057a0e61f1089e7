package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;

/** Does to a Redis what is planned. */
final class RedisFaults implements AutoCloseable {

    private static final String BUFFER_LIMIT = "client-output-buffer-limit";
    private static final int SMALL_BUFFER = 1 << 16;
    /** As Redis has it by default. */
    private static final String USUAL_LIMIT = "pubsub 33554432 8388608 60";

    private static final String TOO_MUCH = "-".repeat(16 * SMALL_BUFFER);

    private final TestRedis redis;
    private final PubSub pubSub;
    private final Site.Pause pause;
    private final RedisClient admin;

    RedisFaults(TestRedis redis, PubSub pubSub, Site.Pause pause) {
        this.redis = redis;
        this.pubSub = pubSub;
        this.pause = pause;
        this.admin = RedisClient.create(redis.url());
        // The first connection of a JVM takes seconds on a busy machine: not in the middle of a fault.
        admin.connect().close();
    }

    /** Returns when Redis is well again. */
    void happen(Fault kind, Duration lasts) throws InterruptedException {
        switch (kind) {
            case KILL -> {
                redis.kill();
                pause.of(lasts);
                redis.restart();
            }
            case FREEZE -> {
                redis.freeze();
                pause.of(lasts);
                redis.thaw();
            }
            case PAUSE -> stopReading("ALL", lasts);
            case PAUSE_PUBLISHING -> stopReading("WRITE", lasts);
            case CUT_PUBLISHING -> cut(KillArgs.Builder.typeNormal().skipme());
            case CUT_HEARING -> cut(KillArgs.Builder.typePubsub());
            case CUT_BOTH -> cut(KillArgs.Builder.typeNormal().skipme(), KillArgs.Builder.typePubsub());
            case OVERFLOW -> overflow(lasts);
            default -> throw new IllegalArgumentException(kind + " is no fault of Redis");
        }
    }

    /** Ends by itself. */
    private void stopReading(String what, Duration lasts) throws InterruptedException {
        try (StatefulRedisConnection<String, String> connection = admin.connect()) {
            CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8)
                    .add("PAUSE")
                    .add(lasts.toMillis())
                    .add(what);
            connection.sync().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), arguments);
        }
        pause.of(lasts);
    }

    private void cut(KillArgs... connections) {
        try (StatefulRedisConnection<String, String> connection = admin.connect()) {
            List.of(connections).forEach(connection.sync()::clientKill);
        }
    }

    /** One message that is larger than what may wait: Redis drops it, what waits before it, and the connection. */
    private void overflow(Duration lasts) throws InterruptedException {
        try (StatefulRedisConnection<String, String> connection = admin.connect()) {
            RedisCommands<String, String> commands = connection.sync();
            commands.configSet(BUFFER_LIMIT, "pubsub " + SMALL_BUFFER + " 0 0");
            try {
                tellTooMuch(connection.async());
                pause.of(lasts);
                tellTooMuch(connection.async());
            } finally {
                commands.configSet(BUFFER_LIMIT, USUAL_LIMIT);
            }
        }
    }

    /** On the channels of namespaces, or on some other where this server has none of these. */
    private void tellTooMuch(RedisAsyncCommands<String, String> commands) throws InterruptedException {
        List<String> channels = PubSub.done(pubSub.channels(commands, Stranger.NAMESPACES));
        if (channels.isEmpty()) {
            channels = PubSub.done(pubSub.channels(commands, Stranger.ALL)).stream()
                    .sorted()
                    .limit(1)
                    .toList();
        }
        if (channels.isEmpty()) {
            throw new IllegalStateException("there is no channel to say too much on");
        }
        for (String channel : channels) {
            PubSub.done(pubSub.publish(commands, channel, TOO_MUCH));
        }
    }

    @Override
    public void close() {
        admin.shutdown();
    }
}
