package dev.roomcast.adapter.tck;

import java.util.Optional;

/** The kit on a cluster that is as it should be, whatever happens to it. */
class BusFaultsCompatibilityTest extends BusCompatibilityTest {

    @Override
    protected Optional<BrokerFaults> faults() {
        return Optional.of(new BusFaults((Bus) provider()));
    }
}
