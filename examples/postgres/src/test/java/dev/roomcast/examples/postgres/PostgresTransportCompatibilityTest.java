package dev.roomcast.examples.postgres;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.adapter.tck.TransportCompatibilityKit;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The bare transport on one real PostgreSQL. */
@DisplayName("PostgreSQL")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = TestPostgres.WHERE)
@Tag("full")
class PostgresTransportCompatibilityTest extends TransportCompatibilityKit {

    @Override
    protected TransportProvider provider() {
        return new PostgresTransportProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("roomcast.postgres.url", TestPostgres.shared().url());
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.ORDER_ACROSS_CHANNELS);
    }
}
