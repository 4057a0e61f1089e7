package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.engine.Message.Versions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many nodes, all faults, users who do anything: the same seeds each time, and some that nobody has run before. */
class CampaignTest {

    /** Together they fill the table; where a change of histories leaves a hole, one more seed fills it. */
    private static final List<Long> FIXED_SEEDS = List.of(7L, 10L, 1L, 11L, 26L, 13L, 14L, 9L, 5L);

    private static final int STEPS = 20_000;
    private static final Duration FOR_NEW_SEEDS = Duration.ofSeconds(6);

    @Test
    void fixedSeedsInWhichEveryFaultMeetsEveryState() {
        FaultTable table = new FaultTable();
        FIXED_SEEDS.forEach(seed -> table.add(new Campaign(seed, STEPS, List.of(Codec.VERSIONS), Map.of())
                .run()
                .table()));
        System.out.println(table);
        assertEquals(List.of(), table.zeros(Campaign.FAULTS), "faults and states that have never met");
    }

    /** Rules V.1 and V.2: nodes of several releases come and go, and nothing that is promised changes. */
    @Test
    void mixedVersions() {
        List<Versions> releases =
                List.of(new Versions(1, 3), new Versions(1, 2), new Versions(1, 1), new Versions(1, 2));
        for (long seed : FIXED_SEEDS.subList(0, 3)) {
            new Campaign(seed, STEPS / 4, releases, Map.of()).run();
        }
        new Campaign(new Random().nextLong(), STEPS / 4, releases, Map.of()).run();
    }

    /** Rules A.1 and A.3: somebody injects, changes, moves and repeats frames, and nothing that is promised changes. */
    @Test
    void underAttack() {
        for (long seed : FIXED_SEEDS.subList(0, 3)) {
            Campaign.underAttack(seed, STEPS / 4).run();
        }
        Campaign.underAttack(new Random().nextLong(), STEPS / 4).run();
    }

    /** Rules 10.1 to 10.3: packets wait for the end of outages, and nothing that is promised changes. */
    @Test
    void waiting() {
        for (long seed : FIXED_SEEDS.subList(0, 3)) {
            new Campaign(seed, STEPS / 4, List.of(Codec.VERSIONS), Campaign.WAITING).run();
        }
        new Campaign(new Random().nextLong(), STEPS / 4, List.of(Codec.VERSIONS), Campaign.WAITING).run();
    }

    /** Rules S.1 and S.2: rooms and users have no channels of their own, and nothing that is promised changes. */
    @Test
    void together() {
        for (long seed : FIXED_SEEDS.subList(0, 3)) {
            new Campaign(seed, STEPS / 4, List.of(Codec.VERSIONS), Campaign.TOGETHER).run();
        }
        new Campaign(new Random().nextLong(), STEPS / 4, List.of(Codec.VERSIONS), Campaign.TOGETHER).run();
    }

    @Test
    void newSeeds() {
        Random random = new Random();
        long begun = System.nanoTime();
        do {
            new Campaign(random.nextLong(), STEPS / 4).run();
        } while (System.nanoTime() - begun < FOR_NEW_SEEDS.toNanos());
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        long hash = new Campaign(1, STEPS / 4).run().hash();
        System.out.printf("the history of seed 1 is %016x%n", hash);
        assertEquals(hash, new Campaign(1, STEPS / 4).run().hash());
    }
}
