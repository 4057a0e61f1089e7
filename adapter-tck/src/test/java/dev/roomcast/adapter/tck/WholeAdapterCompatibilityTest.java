package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Backend;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on adapters of which it knows no transport. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("full")
class WholeAdapterCompatibilityTest extends WholeAdapterCompatibilityKit {

    private final Bus bus = new Bus();

    @Override
    protected String name() {
        return bus.name();
    }

    @Override
    protected Backend connect(AdapterConfig config) {
        return Adapters.connect(config, bus);
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }
}
