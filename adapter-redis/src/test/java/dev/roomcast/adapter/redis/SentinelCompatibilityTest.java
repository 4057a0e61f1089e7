package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.testredis.TestSentinel;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on a real master that Sentinels name. */
@DisplayName("Redis Sentinel")
@Execution(ExecutionMode.CONCURRENT)
@Tag("full")
class SentinelCompatibilityTest extends AdapterCompatibilityKit {

    private static @Nullable TestSentinel sentinel;

    @BeforeAll
    static void start() {
        sentinel = TestSentinel.start();
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(sentinel).close();
    }

    @Override
    protected TransportProvider provider() {
        return new RedisTransportProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("roomcast.redis.url", Objects.requireNonNull(sentinel).url());
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }
}
