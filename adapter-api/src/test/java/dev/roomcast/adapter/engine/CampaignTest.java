package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.Campaign.Kind;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many nodes, all faults, users who do anything, on each kind of cluster: the same seeds each time, and new ones. */
class CampaignTest {

    /** Of each kind of campaign; more than there are fixed ones are all of them. */
    private static final int SEEDS = Integer.getInteger("campaign.seeds", 1);

    /** Of each kind, and none in a newcomer's build: what a seed finds that nobody has run is not the newcomer's fault. */
    private static final int NEW_SEEDS = Integer.getInteger("campaign.new-seeds-of-a-kind", 0);

    private static final List<Long> FIXED_SEEDS = List.of(7L, 10L, 1L);

    private static final int STEPS = Integer.getInteger("campaign.steps", 2_500);

    /** Rules V.1 and V.2: nodes of several releases come and go, and nothing that is promised changes. */
    @Test
    void mixedVersions() {
        withSeeds(Kind.MIXED_VERSIONS);
    }

    /** Rules A.1 and A.3: somebody injects, changes, moves and repeats frames, and nothing that is promised changes. */
    @Test
    void underAttack() {
        withSeeds(Kind.UNDER_ATTACK);
    }

    /** Rules 10.1 to 10.3: packets wait for the end of outages, and nothing that is promised changes. */
    @Test
    void waiting() {
        withSeeds(Kind.WAITING);
    }

    /** Rules S.1 and S.2: rooms and users have no channels of their own, and nothing that is promised changes. */
    @Test
    void together() {
        withSeeds(Kind.STATIC);
    }

    private static void withSeeds(Kind kind) {
        LongStream.concat(FIXED_SEEDS.stream().mapToLong(seed -> seed).limit(SEEDS), new Random().longs(NEW_SEEDS))
                .forEach(seed -> Campaign.of(kind, seed, STEPS).run());
    }
}
