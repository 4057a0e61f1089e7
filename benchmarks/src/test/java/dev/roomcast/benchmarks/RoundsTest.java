package dev.roomcast.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final List<String> turns = new ArrayList<>();

    @Test
    void eachRoundBeginsWithAnother() {
        Rounds.run(3, List.of(contender("x", 1), contender("y", 1)));

        assertEquals(List.of("x", "y", "y", "x", "x", "y"), turns);
    }

    @Test
    void aRatioIsTakenWithinTheRound() {
        // The machine gets ten times slower in the second round, and ten times more in the third: the ratio is 2 all
        // the time.
        Rounds rounds = Rounds.run(3, List.of(contender("x", 2), contender("y", 1)));

        assertEquals(20, rounds.median(0));
        assertEquals(10, rounds.median(1));
        assertEquals(2, rounds.ratio(0, 1).median());
    }

    private Contender contender(String name, double figure) {
        List<Double> slower = new ArrayList<>(List.of(1.0, 10.0, 100.0));
        return new Contender(name, () -> {
            turns.add(name);
            return figure * slower.remove(0);
        });
    }
}
