package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.cluster.TransportProvider;
import dev.roomcast.adapter.tck.AdapterCompatibilityKit;

/** The kit on memory as it is by default: each node is alone, and no feature is declared. */
class SingleMemoryNodeCompatibilityTest extends AdapterCompatibilityKit {

    @Override
    protected TransportProvider provider() {
        return new MemoryTransportProvider();
    }
}
