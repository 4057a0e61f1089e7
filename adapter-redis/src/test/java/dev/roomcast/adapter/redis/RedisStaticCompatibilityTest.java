package dev.roomcast.adapter.redis;

import dev.roomcast.testredis.TestRedis;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** The kit on one real Redis, with all rooms on one channel; in each build, that in memory stands for it. */
@DisplayName("Redis, static channels")
@Tag("full")
class RedisStaticCompatibilityTest extends RedisCompatibilityTest {

    @Override
    protected Map<String, String> settings() {
        return Map.of("roomcast.redis.url", TestRedis.shared().url(), "roomcast.channels", "static");
    }
}
