package dev.roomcast.adapter.engine;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs campaigns for as long as one likes, or those whose seeds are given; see docs/simulation.md. Not part of the ordinary build. */
class Simulate {

    private static final long PROGRESS = Duration.ofSeconds(10).toNanos();

    private final int steps = Integer.getInteger("simulate.steps", 20_000);
    private final Campaign.Kind kind = Campaign.Kind.valueOf(System.getProperty("simulate.kind", "ANY"));
    private final FaultTable table = new FaultTable();
    private final long begun = System.nanoTime();
    private long shown = begun;
    private long runs;
    private long packets;
    private long expected;

    @Test
    void run() {
        Long given = Long.getLong("simulate.seed");
        if (given != null) {
            long after = given + Long.getLong("simulate.seeds", 1);
            for (long seed = given; seed < after; seed++) {
                run(seed);
            }
        } else {
            long time = (long) (Double.parseDouble(System.getProperty("simulate.minutes", "1")) * 60e9);
            Random random = new Random();
            while (System.nanoTime() - begun < time) {
                run(random.nextLong());
            }
        }
        progress();
        System.out.println(table);
    }

    private void run(long seed) {
        Campaign campaign = Campaign.of(kind, seed, steps).run();
        runs++;
        packets += campaign.oracle.packets();
        expected += campaign.oracle.expectations();
        table.add(campaign.table());
        if (runs == 1) {
            System.out.printf("the history of seed %d is %016x%n", seed, campaign.hash());
        }
        if (System.nanoTime() - shown > PROGRESS) {
            shown = System.nanoTime();
            progress();
        }
    }

    private void progress() {
        System.out.printf(
                "%4d s: %d seeds, %d steps, %d faults, %d packets, %d times one had to arrive on a node and did%n",
                (System.nanoTime() - begun) / 1_000_000_000, runs, runs * steps, table.total(), packets, expected);
    }
}
