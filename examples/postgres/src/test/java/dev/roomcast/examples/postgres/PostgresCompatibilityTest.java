package dev.roomcast.examples.postgres;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import dev.roomcast.adapter.tck.Feature;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on one real PostgreSQL. */
@Execution(ExecutionMode.CONCURRENT)
@DisplayName("PostgreSQL")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = TestPostgres.WHERE)
@Tag("full")
class PostgresCompatibilityTest extends AdapterCompatibilityKit {

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
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }
}
