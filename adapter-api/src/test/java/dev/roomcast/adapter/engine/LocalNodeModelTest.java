package dev.roomcast.adapter.engine;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The local node agrees with plain maps, whatever is done to it: with seeds that are fixed, new ones, or a given one. */
class LocalNodeModelTest {

    private static final int FIXED_SEEDS = 5;
    private static final int PER_SEED = 10_000;

    private final int operations = Integer.getInteger("model.operations", 150_000);

    @Test
    void fixedSeeds() {
        for (long seed = 1; seed <= FIXED_SEEDS; seed++) {
            new LocalNodeModel(seed).run(PER_SEED);
        }
    }

    @Test
    void newSeedOrTheGivenOne() {
        long seed = Long.getLong("model.seed", new Random().nextLong());
        LocalNodeModel model = new LocalNodeModel(seed);
        System.out.printf("LocalNodeModel: seed %d, %d operations%n", seed, operations);
        model.run(operations);
        System.out.println("LocalNodeModel: " + model.summary());
    }
}
