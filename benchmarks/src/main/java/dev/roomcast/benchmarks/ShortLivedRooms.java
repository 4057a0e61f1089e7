package dev.roomcast.benchmarks;

import static dev.roomcast.benchmarks.RedisNode.await;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/**
 * Measures how many rooms begin and end on a node in one second, 1,000 at a time: one member joins each room, waits
 * until the join is complete, and leaves. It compares {@code roomcast.channels=static} with a channel for each room.
 *
 * <p>Not a JMH benchmark, for the reason that {@link NodeToNode} gives.
 */
final class ShortLivedRooms {

    private static final int AT_ONCE = 1_000;
    /** What it is for. */
    private static final Goal GOAL = Goal.atLeast(2);

    private final String redisUrl;
    private final Effort effort;

    ShortLivedRooms(String redisUrl, Effort effort) {
        this.redisUrl = redisUrl;
        this.effort = effort;
    }

    void reportTo(Report report) {
        Progress.say("Short-lived rooms");
        try (Side fixed = new Side("static");
                Side perRoom = new Side("per-room")) {
            List<Contender> contenders = new ArrayList<>();
            for (Side side : List.of(fixed, perRoom)) {
                side.roomsPerSecond(effort.warmUp());
                contenders.add(new Contender(side.channels, () -> side.roomsPerSecond(effort.throughputSample())));
            }
            Rounds rounds = Rounds.run(effort.throughputRounds(), contenders);
            report.compare(
                    "rooms/s that come and go, static channels",
                    "%,.0f",
                    rounds.median(0),
                    "a channel for each room",
                    rounds.median(1),
                    rounds.ratio(0, 1),
                    GOAL);
        }
    }

    /** One of those that take turns. */
    private final class Side implements AutoCloseable {

        private final String channels;
        private final Adapter node;
        private final Member member;
        private long rooms;

        Side(String channels) {
            this.channels = channels;
            this.node = RedisNode.open(
                    channels,
                    "bench-" + UUID.randomUUID(),
                    redisUrl,
                    // Or what one has left would be given up in the other's time.
                    Map.of("roomcast.channels", channels, "roomcast.unsubscribe.delay", "1ms"));
            await(node.ready());
            this.member = node.add(Connection.of("visitor", packet -> {}, reason -> {}));
        }

        double roomsPerSecond(Duration sample) {
            long first = rooms;
            long start = System.nanoTime();
            while (System.nanoTime() - start < sample.toNanos()) {
                comeAndGo();
            }
            // The broker does one after the other: when this is confirmed, what was left before is given up.
            await(node.join(member, "marker"));
            node.leave(member, "marker");
            return (rooms - first) * 1e9 / (System.nanoTime() - start);
        }

        /** Rooms that never were before. Each is joined by a call of its own, as by clients of their own. */
        private void comeAndGo() {
            List<String> names = LongStream.range(rooms, rooms + AT_ONCE)
                    .mapToObj(i -> "room-" + i)
                    .toList();
            rooms += AT_ONCE;
            await(CompletableFuture.allOf(names.stream()
                    .map(room -> node.join(member, room).toCompletableFuture())
                    .toArray(CompletableFuture[]::new)));
            names.forEach(room -> node.leave(member, room));
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
