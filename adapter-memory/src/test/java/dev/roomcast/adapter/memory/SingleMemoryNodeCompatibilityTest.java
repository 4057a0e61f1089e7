package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;
import org.junit.jupiter.api.DisplayName;

/** The kit on memory as it is by default: each node is alone, and no feature is declared. */
@DisplayName("memory, 1 node")
class SingleMemoryNodeCompatibilityTest extends AdapterCompatibilityKit {

    @Override
    protected TransportProvider provider() {
        return new MemoryTransportProvider();
    }
}
