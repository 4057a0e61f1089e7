package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import dev.roomcast.adapter.tck.BrokerFaults;
import dev.roomcast.adapter.tck.Feature;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit over TLS, by a user with the least rights; in each build, that of transports stands for it. */
@DisplayName("Redis, TLS and ACL")
@Tag("full")
@Execution(ExecutionMode.CONCURRENT)
class SecuredRedisCompatibilityTest extends AdapterCompatibilityKit {

    private static @Nullable SecuredRedis secured;

    @BeforeAll
    static void start() {
        secured = SecuredRedis.start("tck-");
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(secured).close();
    }

    @Override
    protected TransportProvider provider() {
        return new RedisTransportProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Objects.requireNonNull(secured).settings();
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }

    @Override
    protected Optional<BrokerFaults> faults() {
        return Optional.of(RedisBroker.of(SecuredRedis.start("tck-")));
    }
}
