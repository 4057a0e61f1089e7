package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.cluster.TransportProvider;
import java.util.Set;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on a cluster that is as it should be. */
@Execution(ExecutionMode.CONCURRENT)
class BusCompatibilityTest extends AdapterCompatibilityKit {

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
