package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import dev.roomcast.adapter.tck.BrokerFaults;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.testredis.TestRedis;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on one real Redis, and, where it does it harm, on one that is the test's own. */
@DisplayName("Redis")
@Execution(ExecutionMode.CONCURRENT)
class RedisCompatibilityTest extends AdapterCompatibilityKit {

    /** Lettuce takes seconds to load for the first connection; side by side, the nodes of four tests would take a minute. */
    @BeforeAll
    static void load() {
        try (Adapter first = Adapters.open(AdapterConfig.of(Map.of(
                "roomcast.adapter", "redis", "REDIS_URL", TestRedis.shared().url())))) {
            first.ready().toCompletableFuture().join();
        }
    }

    @Override
    protected TransportProvider provider() {
        return new RedisTransportProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("roomcast.redis.url", TestRedis.shared().url());
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }

    @Override
    protected Optional<BrokerFaults> faults() {
        return Optional.of(RedisBroker.plain());
    }
}
