package dev.roomcast.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * One packet from a node to one member on another node over a real Redis, in a closed loop: the next one is sent when
 * the last one was delivered. Beside it raw Lettuce moves the same number of bytes over the same Redis.
 *
 * <p>Not a JMH benchmark: both sides must be warm at the same time and take turns every 0.1 s, because the sleep states
 * of the processors change the figure by more than the difference to be measured. JMH would measure one side after the
 * other.
 */
final class NodeToNode {

    private static final int PINGS = 1_000;
    private static final Goal GOAL = Goal.atMost(1.15);

    private final String redisUrl;
    private final Effort effort;

    NodeToNode(String redisUrl, Effort effort) {
        this.redisUrl = redisUrl;
        this.effort = effort;
    }

    void reportTo(Report report) {
        Progress.say("NodeToNode");
        try (Side adapter = new Side("adapter", AdapterRoute::open);
                Side lettuce = new Side("raw Lettuce", LettuceRoute::open)) {
            List<Side> sides = List.of(adapter, lettuce);
            sides.forEach(side -> side.warmUp(effort));
            Rounds rounds = Rounds.run(
                    effort.pingRounds(), sides.stream().map(Side::contender).toList());
            String what = "one packet, node to node, p50 in µs";
            report.compare(what, "%.0f", rounds.median(0), lettuce.name, rounds.median(1), rounds.ratio(0, 1), GOAL);
            report.note(String.format(
                    Locale.ROOT,
                    "Node to node, p99 of all %,d packets each, in µs: adapter %.0f, raw Lettuce %.0f (too unsteady for a goal).",
                    effort.pingRounds() * PINGS,
                    adapter.p99(),
                    lettuce.p99()));
        }
    }

    /** One of the two, with what it has measured so far. */
    private final class Side implements AutoCloseable {

        private final String name;
        private final Arrivals arrivals = new Arrivals(Route.PACKET_BYTES);
        private final Route route;
        private final List<double[]> measured = new ArrayList<>();
        private long sent;

        Side(String name, Route.Opener opener) {
            this.name = name;
            this.route = opener.open(redisUrl, 1, arrivals);
        }

        void warmUp(Effort effort) {
            long end = System.nanoTime() + effort.warmUp().toNanos();
            while (System.nanoTime() < end) {
                ping();
            }
        }

        Contender contender() {
            DoubleSupplier p50 = () -> {
                double[] micros = new double[PINGS];
                Arrays.setAll(micros, i -> ping());
                measured.add(micros);
                return Ratio.median(micros);
            };
            return new Contender(name, p50);
        }

        /** Microseconds until the member had it; how long the sender then takes to wake up is the same on both sides. */
        private double ping() {
            long start = System.nanoTime();
            route.send(0);
            arrivals.await(++sent);
            return (arrivals.lastNanos() - start) / 1_000.0;
        }

        double p99() {
            double[] all =
                    measured.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
            return all[(int) (all.length * 0.99)];
        }

        @Override
        public void close() {
            route.close();
        }
    }
}
