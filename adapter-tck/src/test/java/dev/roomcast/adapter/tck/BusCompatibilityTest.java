package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.TransportProvider;
import java.util.Set;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A cluster that is as it should be, for adapters that are not, and for the kit to run on whatever happens to it. */
@Execution(ExecutionMode.CONCURRENT)
abstract class BusCompatibilityTest extends AdapterCompatibilityKit {

    private final Bus bus = bus();

    /** What broken ones do otherwise. */
    Bus bus() {
        return new Bus();
    }

    @Override
    protected TransportProvider provider() {
        return bus;
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
    }
}
