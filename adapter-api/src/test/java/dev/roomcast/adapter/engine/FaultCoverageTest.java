package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.engine.codec.FrameCodec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each fault of the simulation occurs in each state of a node, so that no combination is left out unnoticed. */
class FaultCoverageTest {

    /** After so many seeds a state that a fault has not met is one that it does not meet any more. */
    private static final int MOST_SEEDS = 20;

    private static final int STEPS = 20_000;

    @Tag("full")
    @Test
    void everyFaultMeetsEveryState() {
        FaultTable table = new FaultTable();
        long seed = 0;
        while (!table.zeros(Campaign.FAULTS).isEmpty() && seed < MOST_SEEDS) {
            seed++;
            table.add(new Campaign(seed, STEPS, List.of(FrameCodec.VERSIONS), Map.of())
                    .run()
                    .table());
        }
        System.out.printf("after seeds 1 to %d:%n%s%n", seed, table);
        assertEquals(List.of(), table.zeros(Campaign.FAULTS), "faults and states that have never met");
    }
}
