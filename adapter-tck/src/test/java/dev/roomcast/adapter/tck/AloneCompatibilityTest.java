package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.TransportProvider;

/** The kit on a node that is alone, and declares no feature. */
class AloneCompatibilityTest extends AdapterCompatibilityKit {

    @Override
    protected TransportProvider provider() {
        return new Alone();
    }
}
