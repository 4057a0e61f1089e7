package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.adapter.tck.TransportCompatibilityKit;
import dev.roomcast.testredis.TestRedis;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/** The kit for transports on one real Redis. */
@DisplayName("Redis")
class RedisTransportCompatibilityTest extends TransportCompatibilityKit {

    @Override
    protected TransportProvider provider() {
        return new RedisTransportProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return PatientSettings.of(
                Map.of("roomcast.redis.url", TestRedis.shared().url()));
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.ORDER_ACROSS_CHANNELS);
    }
}
