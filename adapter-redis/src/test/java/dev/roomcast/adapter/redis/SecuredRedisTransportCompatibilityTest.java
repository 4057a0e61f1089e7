package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.adapter.tck.TransportCompatibilityKit;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

/** The kit for transports over TLS, by a user with the least rights. */
@DisplayName("Redis, TLS and ACL")
class SecuredRedisTransportCompatibilityTest extends TransportCompatibilityKit {

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
        return PatientSettings.of(Objects.requireNonNull(secured).settings());
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.ORDER_ACROSS_CHANNELS);
    }
}
