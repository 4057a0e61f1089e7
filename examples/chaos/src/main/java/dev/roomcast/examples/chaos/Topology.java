package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** How Redis is set up. Another one is a {@link Site} of its own, with the faults that it knows. */
enum Topology {
    STANDALONE(EnumSet.allOf(Fault.class)) {
        @Override
        Site open(Random random, Site.Pause pause) throws IOException {
            return StandaloneSite.open(random, pause);
        }
    },
    SENTINEL(Set.of()),
    CLUSTER(Set.of());

    private final Set<Fault> faults;

    Topology(Set<Fault> faults) {
        this.faults = faults;
    }

    /**
     * Starts what it takes.
     *
     * @param random for what a plan leaves open
     * @param pause lets time pass in the middle of a fault
     */
    Site open(Random random, Site.Pause pause) throws IOException {
        throw new IllegalStateException(this + " is not there yet");
    }

    /** What can happen here. */
    Set<Fault> faults() {
        return faults;
    }

    private boolean isThere() {
        return !faults.isEmpty();
    }

    /** Finds one by the name that people give it. */
    static Topology named(String name) {
        for (Topology topology : values()) {
            if (topology.toString().equals(name)) {
                if (topology.isThere()) {
                    return topology;
                }
                throw new IllegalArgumentException(
                        "chaos.topology=" + name + " is not there yet; there is: " + namesOfThoseThere());
            }
        }
        throw new IllegalArgumentException(
                "chaos.topology=" + name + " is not understood; there is: " + namesOfThoseThere());
    }

    private static String namesOfThoseThere() {
        List<String> names = Arrays.stream(values())
                .filter(Topology::isThere)
                .map(Topology::toString)
                .toList();
        return String.join(", ", names);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
