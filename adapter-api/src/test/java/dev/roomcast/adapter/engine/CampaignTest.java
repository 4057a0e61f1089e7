package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.engine.Campaign.Kind;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many nodes, all faults, users who do anything: the same seeds each time, and some that nobody has run before. */
class CampaignTest {

    /** Of each kind of campaign; more than there are fixed ones are all of them. */
    private static final int SEEDS = Integer.getInteger("campaign.seeds", 1);

    private static final int NEW_SEEDS = Integer.getInteger("campaign.new-seeds", 4);
    private static final List<Long> FIXED_SEEDS = List.of(7L, 10L, 1L);
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

    /** Rules V.1 and V.2: nodes of several releases come and go, and nothing that is promised changes. */
    @Test
    void mixedVersions() {
        withFixedSeedsAndANewOne(Kind.MIXED_VERSIONS);
    }

    /** Rules A.1 and A.3: somebody injects, changes, moves and repeats frames, and nothing that is promised changes. */
    @Test
    void underAttack() {
        withFixedSeedsAndANewOne(Kind.UNDER_ATTACK);
    }

    /** Rules 10.1 to 10.3: packets wait for the end of outages, and nothing that is promised changes. */
    @Test
    void waiting() {
        withFixedSeedsAndANewOne(Kind.WAITING);
    }

    /** Rules S.1 and S.2: rooms and users have no channels of their own, and nothing that is promised changes. */
    @Test
    void together() {
        withFixedSeedsAndANewOne(Kind.STATIC);
    }

    private static void withFixedSeedsAndANewOne(Kind kind) {
        FIXED_SEEDS.stream()
                .limit(SEEDS)
                .forEach(seed -> Campaign.of(kind, seed, STEPS / 4).run());
        Campaign.of(kind, new Random().nextLong(), STEPS / 4).run();
    }

    @Test
    void newSeeds() {
        new Random().longs(NEW_SEEDS).forEach(seed -> new Campaign(seed, STEPS / 4).run());
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        long hash = new Campaign(1, STEPS / 4).run().hash();
        System.out.printf("the history of seed 1 is %016x%n", hash);
        assertEquals(hash, new Campaign(1, STEPS / 4).run().hash());
    }
}
