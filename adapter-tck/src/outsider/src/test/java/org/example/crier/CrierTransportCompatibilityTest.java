package org.example.crier;

import dev.roomcast.adapter.spi.TransportProvider;
import dev.roomcast.adapter.tck.Feature;
import dev.roomcast.adapter.tck.TransportCompatibilityKit;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

@DisplayName("crier")
class CrierTransportCompatibilityTest extends TransportCompatibilityKit {

    private final CrierProvider provider = new CrierProvider();

    @Override
    protected TransportProvider provider() {
        return provider;
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.ORDER_ACROSS_CHANNELS);
    }
}
