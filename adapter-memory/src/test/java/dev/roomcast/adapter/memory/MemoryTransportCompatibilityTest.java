package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.adapter.tck.TransportCompatibilityKit;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/** The kit for transports on a bus. */
@DisplayName("memory, 3 nodes")
class MemoryTransportCompatibilityTest extends TransportCompatibilityKit {

    private final MemoryBus bus = new MemoryBus();

    @Override
    protected TransportProvider provider() {
        return new MemoryTransportProvider(bus);
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.ORDER_ACROSS_CHANNELS);
    }
}
