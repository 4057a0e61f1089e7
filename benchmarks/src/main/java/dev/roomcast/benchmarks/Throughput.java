package dev.roomcast.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures packets per second from a node to a member on another node, with at most 1,000 in flight, in one room and in
 * 1,000 rooms round robin. It compares them with raw Lettuce, with one PUBLISH for each packet and, in one room, with
 * packets coalesced by hand. The receiver counts the packets.
 *
 * <p>Not a JMH benchmark, for the reason that {@link NodeToNode} gives.
 */
final class Throughput {

    private static final int WINDOW = 1_000;

    private final String redisUrl;
    private final Effort effort;

    Throughput(String redisUrl, Effort effort) {
        this.redisUrl = redisUrl;
        this.effort = effort;
    }

    void reportTo(Report report) {
        oneRoom(report);
        manyRooms(report);
    }

    private void oneRoom(Report report) {
        Progress.say("Throughput, one room");
        try (Side adapter = new Side("adapter", AdapterRoute::open, 1);
                Side lettuce = new Side("raw Lettuce", LettuceRoute::open, 1);
                Side byHand = new Side("Lettuce coalesced by hand", CoalescedRoute::open, 1)) {
            Rounds rounds = run(List.of(adapter, lettuce, byHand));
            compare(report, "packets/s, node to node, one room", rounds, 1, lettuce.name, Goal.atLeast(4));
            compare(report, "the same", rounds, 2, byHand.name, Goal.atLeast(0.8));
        }
    }

    private void manyRooms(Report report) {
        Progress.say("Throughput, 1,000 rooms");
        try (Side adapter = new Side("adapter", AdapterRoute::open, 1_000);
                Side lettuce = new Side("raw Lettuce", LettuceRoute::open, 1_000)) {
            Rounds rounds = run(List.of(adapter, lettuce));
            compare(report, "packets/s, node to node, 1,000 rooms", rounds, 1, lettuce.name, Goal.atLeast(2));
        }
    }

    private Rounds run(List<Side> sides) {
        List<Contender> contenders = new ArrayList<>();
        for (Side side : sides) {
            side.packetsPerSecond(effort.warmUp());
            contenders.add(new Contender(side.name, () -> side.packetsPerSecond(effort.throughputSample())));
        }
        return Rounds.run(effort.throughputRounds(), contenders);
    }

    private static void compare(
            Report report, String what, Rounds rounds, int reference, String referenceName, Goal goal) {
        report.compare(
                what,
                "%,.0f",
                rounds.median(0),
                referenceName,
                rounds.median(reference),
                rounds.ratio(0, reference),
                goal);
    }

    /** One of those that take turns. */
    private final class Side implements AutoCloseable {

        private final String name;
        private final int rooms;
        private final Arrivals arrivals = new Arrivals(Route.PACKET_BYTES);
        private final Route route;
        private long sent;

        Side(String name, Route.Opener opener, int rooms) {
            this.name = name;
            this.rooms = rooms;
            this.route = opener.open(redisUrl, rooms, arrivals);
        }

        /** Sends for a while, and stops the clock when everything has arrived. */
        double packetsPerSecond(Duration sample) {
            long first = sent;
            long start = System.nanoTime();
            long end = start + sample.toNanos();
            while (System.nanoTime() < end) {
                if (sent - arrivals.count() >= WINDOW) {
                    route.flush();
                    arrivals.await(sent - WINDOW + 1);
                }
                route.send((int) (sent++ % rooms));
            }
            route.flush();
            arrivals.await(sent);
            return (sent - first) * 1e9 / (arrivals.lastNanos() - start);
        }

        @Override
        public void close() {
            route.close();
        }
    }
}
