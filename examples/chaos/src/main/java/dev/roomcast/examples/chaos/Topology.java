package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** How Redis is set up. Another one is a {@link Site} of its own, with the faults that it knows. */
enum Topology {
    STANDALONE(
            PacketOrder.ACROSS_CHANNELS,
            EnumSet.complementOf(EnumSet.of(Fault.FAILOVER, Fault.REPLACED, Fault.SLOTS_MOVED))) {
        @Override
        Site open(Random random, Site.Pause pause) throws IOException {
            return StandaloneSite.open(random, pause);
        }
    },
    SENTINEL(PacketOrder.ACROSS_CHANNELS, EnumSet.complementOf(EnumSet.of(Fault.SLOTS_MOVED))) {
        @Override
        Site open(Random random, Site.Pause pause) throws IOException {
            return SentinelSite.open(random, pause);
        }
    },
    CLUSTER(PacketOrder.IN_A_CHANNEL, EnumSet.allOf(Fault.class)) {
        @Override
        Site open(Random random, Site.Pause pause) throws IOException {
            return ClusterSite.open(random, pause);
        }
    };

    private final PacketOrder order;
    private final Set<Fault> faults;

    Topology(PacketOrder order, Set<Fault> faults) {
        this.order = order;
        this.faults = Collections.unmodifiableSet(faults);
    }

    /**
     * Starts what it takes.
     *
     * @param random for what a plan leaves open
     * @param pause lets time pass in the middle of a fault
     */
    abstract Site open(Random random, Site.Pause pause) throws IOException;

    /** What can happen here. */
    Set<Fault> faults() {
        return faults;
    }

    /** What is promised here of the order of packets. */
    PacketOrder order() {
        return order;
    }

    /** Finds one by the name that people give it. */
    static Topology named(String name) {
        return Arrays.stream(values())
                .filter(topology -> topology.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("chaos.topology=" + name
                        + " is not understood; there is: "
                        + Arrays.stream(values()).map(Topology::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
