package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.TransportProvider;
import java.util.Set;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit for transports on one that is as it should be. */
@Execution(ExecutionMode.CONCURRENT)
class BusTransportCompatibilityTest extends TransportCompatibilityKit {

    private final TransportProvider bus = bus();

    /** What broken ones do otherwise. */
    TransportProvider bus() {
        return new Bus();
    }

    @Override
    protected TransportProvider provider() {
        return bus;
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.ORDER_ACROSS_CHANNELS);
    }
}
