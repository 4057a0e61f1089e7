package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Gives hostile frames to the codec and to nodes for as long as one likes; see docs/fuzzing.md. Not part of the ordinary build. */
class Fuzz {

    private static final long CODEC = Long.getLong("fuzz.codec", 300_000);
    private static final long NODE = Long.getLong("fuzz.node", 100_000);
    private static final double SHOWN_EVERY_SECONDS = 10;
    /** What a run may leave: classes, compiled code, and buffers that grow once. */
    private static final long MOST_GROWTH = 16 << 20;

    @Test
    void run() throws Exception {
        Coverage coverage = new Coverage();
        Function<long[], Map<String, Long>> runs = runs(coverage);
        Long given = Long.getLong("fuzz.seed");
        Random seeds = new Random();
        // What is loaded and compiled at first is nothing that grows.
        run(coverage, runs, given == null ? seeds.nextLong() : given, new FuzzReport());
        FuzzReport report = new FuzzReport();
        double time = given == null ? Double.parseDouble(System.getProperty("fuzz.minutes", "1")) * 60 : 0;
        double shown = 0;
        while (report.seconds() < time) {
            run(coverage, runs, seeds.nextLong(), report);
            if (report.seconds() - shown > SHOWN_EVERY_SECONDS) {
                shown = report.seconds();
                System.out.println(report.line());
            }
        }
        System.out.println(report);
        coverage.branches(Coverage.CODEC).forEach(System.out::println);
        coverage.branches(Coverage.ENGINE).forEach(System.out::println);
    }

    @SuppressWarnings("unchecked")
    static Function<long[], Map<String, Long>> runs(Coverage coverage) throws Exception {
        return (Function<long[], Map<String, Long>>)
                coverage.make(FuzzRun.class, BooleanSupplier.class, (BooleanSupplier) coverage::isNew);
    }

    private static void run(Coverage coverage, Function<long[], Map<String, Long>> runs, long seed, FuzzReport report) {
        coverage.begin();
        report.add(runs.apply(new long[] {seed, CODEC, NODE}));
        long growth = report.heapGrowth();
        assertTrue(growth < MOST_GROWTH, () -> "the heap has grown by " + growth + " bytes, last by seed " + seed);
    }
}
