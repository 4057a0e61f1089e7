package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Campaigns with seeds that nobody has run before. Each can be repeated, as one seed always gives the same history. */
class RandomCampaignTest {

    private static final int NEW_SEEDS = Integer.getInteger("campaign.new-seeds", 24);
    private static final int STEPS = Integer.getInteger("campaign.steps", 2_500);

    @Tag("full")
    @Test
    void newSeeds() {
        new Random().longs(NEW_SEEDS).forEach(seed -> new Campaign(seed, STEPS).run());
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        long hash = new Campaign(1, STEPS).run().hash();
        System.out.printf("the history of seed 1 is %016x%n", hash);
        assertEquals(hash, new Campaign(1, STEPS).run().hash());
    }
}
