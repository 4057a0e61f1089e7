package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import dev.roomcast.adapter.tck.Feature;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on several nodes that share a bus. */
@DisplayName("memory, 3 nodes")
@Execution(ExecutionMode.CONCURRENT)
class MemoryClusterCompatibilityTest extends AdapterCompatibilityKit {

    private final MemoryBus bus = new MemoryBus();

    @Override
    protected TransportProvider provider() {
        return new MemoryTransportProvider(bus);
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }
}
