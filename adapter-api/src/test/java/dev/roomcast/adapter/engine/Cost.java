package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntConsumer;

/** What work costs, as a ratio of two sizes in CPU time of this thread: neither a slow machine nor other work on it changes that. */
public final class Cost {

    private static final int TIMES = 16;
    /** Linear work costs 16 times as much, and what goes through all that came before 256 times. */
    private static final int MOST_TIMES = 3 * TIMES;
    /** What disturbs a measurement only adds to it, so the least of several is the nearest to what the work costs. */
    private static final int MEASUREMENTS = 5;

    private Cost() {}

    /** Does the work for a sixteenth of the size, and for the whole: that may cost sixteen times as much, and a few times that. */
    public static void assertLinear(int size, IntConsumer work) {
        // What is loaded and compiled at first is part of no size.
        of(work, size / TIMES);
        long few = Math.min(of(work, size / TIMES), of(work, size / TIMES));
        long many = of(work, size);
        for (int i = 1; i < MEASUREMENTS && many >= MOST_TIMES * few; i++) {
            many = Math.min(many, of(work, size));
        }
        long least = many;
        assertTrue(
                least < MOST_TIMES * few,
                () -> TIMES + " times as much cost " + (double) least / few + " times as much: " + least + " ns");
    }

    private static long of(IntConsumer work, int size) {
        long before = ThreadUse.cpuNanos();
        work.accept(size);
        return ThreadUse.cpuNanos() - before;
    }
}
