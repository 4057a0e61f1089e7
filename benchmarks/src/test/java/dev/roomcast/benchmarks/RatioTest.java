package dev.roomcast.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RatioTest {

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertEquals(2.5, Ratio.median(new double[] {4, 1, 2, 3}));
        assertEquals(2, Ratio.median(new double[] {3, 1, 2}));
    }

    @Test
    void fiveRoundsAreTooFewAndSixAreEnough() {
        assertFalse(Ratio.of(ascending(5)).hasInterval());
        assertEquals("too few rounds", Ratio.of(ascending(5)).interval());
        assertEquals(new Ratio(3.5, 1, 6), Ratio.of(ascending(6)));
    }

    /** The ranks are those of the tables of the sign test. */
    @Test
    void theBoundsAreTheRanksOfTheSignTest() {
        assertEquals(new Ratio(6.5, 3, 10), Ratio.of(ascending(12)));
        assertEquals(new Ratio(30.5, 22, 39), Ratio.of(ascending(60)));
    }

    @Test
    void aboutNinetyFiveOfAHundredIntervalsHoldTheTruth() {
        Random random = new Random(42);
        long hits = IntStream.range(0, 2_000)
                .filter(trial -> {
                    double[] sample = random.doubles(60).toArray();
                    Ratio ratio = Ratio.of(sample);
                    return ratio.low() <= 0.5 && 0.5 <= ratio.high();
                })
                .count();

        assertTrue(hits >= 1_880 && hits <= 1_960, () -> hits + " of 2,000");
    }

    private static double[] ascending(int count) {
        return IntStream.rangeClosed(1, count).mapToDouble(i -> i).toArray();
    }
}
