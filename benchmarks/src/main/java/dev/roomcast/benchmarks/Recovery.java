package dev.roomcast.benchmarks;

import dev.roomcast.testredis.TestRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long it takes after a restart of Redis until packets go from node to node again, in the slowest of 10,000 rooms
 * that are subscribed, and of 100,000. It counts from the first PONG that a client of its own gets. Redis is down for a
 * random time of up to 3 s, so the restart falls at a random point between the nodes' attempts to connect.
 *
 * <p>Not a JMH benchmark: what is measured happens once per restart.
 */
final class Recovery {

    private static final int MANY_ROOMS = 10_000;
    private static final Goal GOAL_OF_MANY = Goal.atMost(1);
    private static final int VERY_MANY_ROOMS = 100_000;
    private static final Goal GOAL_OF_VERY_MANY = Goal.atMost(3);
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(3);
    /** Longer than between two PINGs: until one is answered, nodes take an outage for a part of the one before, and wait longer. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    private final Effort effort;
    private final Random random = new Random();

    Recovery(Effort effort) {
        this.effort = effort;
    }

    void reportTo(Report report) throws InterruptedException {
        reportTo(report, MANY_ROOMS, GOAL_OF_MANY);
        reportTo(report, VERY_MANY_ROOMS, GOAL_OF_VERY_MANY);
    }

    private void reportTo(Report report, int howMany, Goal goal) throws InterruptedException {
        Progress.say(String.format(Locale.ROOT, "Recovery of %,d rooms", howMany));
        double[] seconds = new double[effort.restarts()];
        try (TestRedis redis = TestRedis.start();
                ManyRooms rooms = ManyRooms.open(redis.url(), howMany)) {
            report.note(String.format(
                    Locale.ROOT, "Recovery of %,d rooms is measured on the %s.", howMany, redis.description()));
            warmUp(rooms);
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = restart(i + 1, redis, rooms, report);
            }
        }
        String what = String.format(Locale.ROOT, "s after a restart of Redis until all of %,d rooms deliver", howMany);
        int count = seconds.length;
        report.figure(what + ", median of " + count, "%.2f", Ratio.median(seconds), goal);
        report.figure(
                "the same, worst of " + count,
                "%.2f",
                Arrays.stream(seconds).max().orElseThrow(),
                goal);
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
