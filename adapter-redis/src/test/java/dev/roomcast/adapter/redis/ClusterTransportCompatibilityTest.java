package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.adapter.tck.TransportCompatibilityKit;
import dev.roomcast.testredis.TestCluster;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

/** The kit for transports on a real Cluster of three masters. */
@DisplayName("Redis Cluster")
class ClusterTransportCompatibilityTest extends TransportCompatibilityKit {

    private static @Nullable TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(3, 0);
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(cluster).close();
    }

    @Override
    protected TransportProvider provider() {
        return new RedisTransportProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return PatientSettings.of(
                Map.of("roomcast.redis.url", Objects.requireNonNull(cluster).url()));
    }

    @Override
    protected Set<Feature> features() {
        return Set.of();
    }
}
