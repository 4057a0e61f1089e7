package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.cluster.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import dev.roomcast.adapter.tck.Feature;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on several nodes that share a bus, and hear all rooms on one channel. */
@DisplayName("memory, 3 nodes, static channels")
@Execution(ExecutionMode.CONCURRENT)
class MemoryStaticCompatibilityTest extends AdapterCompatibilityKit {

    private final MemoryBus bus = new MemoryBus();

    @Override
    protected TransportProvider provider() {
        return new MemoryTransportProvider(bus);
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("roomcast.channels", "static");
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }
}
