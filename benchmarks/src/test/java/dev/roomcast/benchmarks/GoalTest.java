package dev.roomcast.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GoalTest {

    @Test
    void isMetOrMissedOnlyIfTheWholeIntervalIs() {
        assertEquals("≤ 1.15: met", Goal.atMost(1.15).verdict(new Ratio(1.1, 1.0, 1.15)));
        assertEquals("≤ 1.15: open", Goal.atMost(1.15).verdict(new Ratio(1.1, 1.0, 1.2)));
        assertEquals("≥ 4: missed", Goal.atLeast(4).verdict(new Ratio(3, 2, 3.9)));
        assertEquals("≥ 4: open", Goal.atLeast(4).verdict(new Ratio(5, 3.9, 6)));
    }

    @Test
    void withoutAnIntervalTheMedianDecides() {
        assertEquals("≥ 4: met", Goal.atLeast(4).verdict(new Ratio(4, Double.NaN, Double.NaN)));
        assertEquals("≤ 3: missed", Goal.atMost(3).verdict(new Ratio(3.1, Double.NaN, Double.NaN)));
    }

    @Test
    void aFigureMeetsItOrNot() {
        assertEquals("≤ 1: met", Goal.atMost(1).verdict(0.99));
        assertEquals("≤ 1: missed", Goal.atMost(1).verdict(1.01));
    }
}
