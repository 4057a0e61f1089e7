package dev.roomcast.benchmarks;

import dev.roomcast.testredis.TestRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long it takes after a restart of Redis until packets go from node to node again, in the slowest of 10,000 rooms that are subscribed.
 * It counts from the first PONG that a client of its own gets. Redis is away for up to 3 s, at random, as is where in the nodes'
 * attempts to connect it comes back.
 *
 * <p>Not a JMH benchmark: what is measured happens once per restart.
 */
final class Recovery {

    private static final int ROOMS = 10_000;
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(3);
    /** Longer than between two PINGs: until one is answered, nodes take an outage for a part of the one before, and wait longer. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    private static final Goal GOAL = Goal.atMost(1);

    private final Effort effort;
    private final Random random = new Random();

    Recovery(Effort effort) {
        this.effort = effort;
    }

    void reportTo(Report report) throws InterruptedException {
        Progress.say("Recovery");
        double[] seconds = new double[effort.restarts()];
        try (TestRedis redis = TestRedis.start();
                ManyRooms rooms = ManyRooms.open(redis.url(), ROOMS)) {
            report.note("Recovery is measured on the " + redis.description() + ".");
            warmUp(rooms);
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = restart(i + 1, redis, rooms, report);
            }
        }
        String what = String.format(Locale.ROOT, "s after a restart of Redis until all of %,d rooms deliver", ROOMS);
        int count = seconds.length;
        report.figure(what + ", median of " + count, "%.2f", Ratio.median(seconds), GOAL);
        report.figure(
                "the same, worst of " + count,
                "%.2f",
                Arrays.stream(seconds).max().orElseThrow(),
                GOAL);
    }

    private void warmUp(ManyRooms rooms) throws InterruptedException {
        long end = System.nanoTime() + effort.warmUp().toNanos();
        while (System.nanoTime() < end) {
            rooms.probe();
        }
    }

    private double restart(int number, TestRedis redis, ManyRooms rooms, Report report) throws InterruptedException {
        rooms.awaitUp();
        pause(STEADY);
        redis.kill();
        FirstPong pong = FirstPong.of(redis.port());
        Duration outage = Duration.ofMillis(random.nextLong(LONGEST_OUTAGE.toMillis() + 1));
        pause(outage);
        Thread restart = new Thread(redis::restart, "restart");
        restart.start();
        ManyRooms.Delivered delivered = rooms.probe();
        restart.join();
        String line = String.format(
                Locale.ROOT,
                "Restart %d after %.2f s away: publishing %.2f, first room %.2f, last room %.2f s after the first PONG.",
                number,
                outage.toMillis() / 1_000.0,
                since(pong, delivered.publishing()),
                since(pong, delivered.first()),
                since(pong, delivered.last()));
        Progress.say(line);
        report.note(line);
        return since(pong, delivered.last());
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static double since(FirstPong pong, long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - pong.nanos()) / 1_000.0;
    }
}
