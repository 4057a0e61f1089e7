package dev.roomcast.adapter.tck;

import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** The kit on a cluster that is as it should be, whatever happens to it. */
@Tag("full")
class BusFaultsCompatibilityTest extends BusCompatibilityTest {

    @Override
    protected Optional<BrokerFaults> faults() {
        return Optional.of(new BusFaults((Bus) provider()));
    }
}
