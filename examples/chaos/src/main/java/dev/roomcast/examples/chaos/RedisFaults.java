package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;

/** Does to a Redis what is planned. */
final class RedisFaults implements AutoCloseable {

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    private final TestRedis redis;
    private final Pause pause;
    private final RedisClient admin;

    RedisFaults(TestRedis redis, Pause pause) {
        this.redis = redis;
        this.pause = pause;
        this.admin = RedisClient.create(redis.url());
        // The first connection of a JVM takes seconds on a busy machine: not in the middle of a fault.
        admin.connect().close();
    }

    /** Returns when Redis is well again. */
    void happen(Plan.Planned fault) throws InterruptedException {
        switch (fault.kind()) {
            case KILL -> {
                redis.kill();
                pause.of(fault.lasts());
                redis.restart();
            }
            case FREEZE -> {
                redis.freeze();
                pause.of(fault.lasts());
                redis.thaw();
            }
            case CUT_PUBLISHING -> cut(KillArgs.Builder.typeNormal().skipme());
            case CUT_HEARING -> cut(KillArgs.Builder.typePubsub());
            case CUT_BOTH -> cut(KillArgs.Builder.typeNormal().skipme(), KillArgs.Builder.typePubsub());
        }
    }

    private void cut(KillArgs... connections) {
        try (StatefulRedisConnection<String, String> connection = admin.connect()) {
            List.of(connections).forEach(connection.sync()::clientKill);
        }
    }

    @Override
    public void close() {
        admin.shutdown();
    }
}
