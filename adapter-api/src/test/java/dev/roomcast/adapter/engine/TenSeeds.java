package dev.roomcast.adapter.engine;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The campaign for mutation testing, where each mutant meets it: short, and always the same. Not part of the ordinary build. */
class TenSeeds {

    private static final int STEPS = 2_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void seed(long seed) {
        new Campaign(seed, STEPS).run();
    }
}
