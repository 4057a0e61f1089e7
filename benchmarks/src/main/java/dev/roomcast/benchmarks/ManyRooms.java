package dev.roomcast.benchmarks;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Node b has a member in each of many rooms, and node a probes them all until each has delivered. */
final class ManyRooms implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** All rooms are probed once each of so many has delivered. */
    private static final int SAMPLE = 100;

    /** How many rooms are joined before their confirmations are awaited. */
    private static final int AT_ONCE = 5_000;

    private static final Duration BETWEEN_PROBES = Duration.ofMillis(10);

    /**
     * When something was so in a round of probes, as {@link System#nanoTime} says.
     *
     * @param publishing the broker took a packet of node a
     * @param first a room had delivered
     * @param last all rooms had delivered
     */
    record Delivered(long publishing, long first, long last) {}

    private static final class Round {
        private final String probe;
        private final int number;
        private final CountDownLatch open;
        private volatile long first;
        private volatile long last;

        Round(int number, int rooms) {
            this.probe = Integer.toString(number);
            this.number = number;
            this.open = new CountDownLatch(rooms);
        }
    }

    private final Adapter a;
    private final Adapter b;
    private final List<Target> rooms;
    /** Of each room the last round that it has delivered in. */
    private final AtomicIntegerArray deliveredIn;

    private volatile Round round;

    private ManyRooms(Adapter a, Adapter b, int rooms) {
        this.a = a;
        this.b = b;
        this.rooms = IntStream.range(0, rooms)
                .mapToObj(i -> Target.room("room-" + i))
                .toList();
        this.deliveredIn = new AtomicIntegerArray(rooms);
        this.round = new Round(0, rooms);
    }

    /** Returns when all rooms are joined. */
    static ManyRooms open(String redisUrl, int rooms) {
        String namespace = "bench-" + UUID.randomUUID();
        ManyRooms all = new ManyRooms(
                RedisNode.open("a", namespace, redisUrl), RedisNode.open("b", namespace, redisUrl), rooms);
        try {
            all.join();
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private void join() {
        RedisNode.await(a.ready());
        RedisNode.await(b.ready());
        List<CompletableFuture<Void>> joins = new ArrayList<>();
        for (int i = 0; i < rooms.size(); i++) {
            int room = i;
            Connection connection = Connection.of("member-" + i, packet -> delivered(room, packet), reason -> {});
            joins.add(b.join(b.add(connection), "room-" + i).toCompletableFuture());
            if (joins.size() == AT_ONCE) {
                // More may take longer to confirm than a join waits.
                RedisNode.await(CompletableFuture.allOf(joins.toArray(CompletableFuture[]::new)));
                joins.clear();
            }
        }
        RedisNode.await(CompletableFuture.allOf(joins.toArray(CompletableFuture[]::new)));
    }

    private void delivered(int room, Packet packet) {
        Round now = round;
        if (packet.text().equals(now.probe) && deliveredIn.getAndSet(room, now.number) != now.number) {
            long at = System.nanoTime();
            if (now.first == 0) {
                now.first = at;
            }
            now.last = at;
            now.open.countDown();
        }
    }

    /** Probes the rooms, each until it has delivered. */
    Delivered probe() throws InterruptedException {
        Round now = new Round(round.number + 1, rooms.size());
        round = now;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        // One room first, and then a few: probes in all of them would keep the processors from what is measured.
        while (!isAccepted(a.broadcast(rooms.get(0), Packet.text(now.probe)))) {
            LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
        }
        long publishing = System.nanoTime();
        do {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(now.open.getCount() + " rooms have not delivered");
            }
            probeThoseLeft(now, isBack(now, SAMPLE) ? 1 : SAMPLE);
        } while (!now.open.await(BETWEEN_PROBES.toMillis(), TimeUnit.MILLISECONDS));
        return new Delivered(publishing, now.first, now.last);
    }

    private boolean isBack(Round now, int each) {
        return IntStream.range(0, rooms.size() / each).allMatch(i -> deliveredIn.get(i * each) == now.number);
    }

    private void probeThoseLeft(Round now, int each) {
        Packet probe = Packet.text(now.probe);
        List<CompletableFuture<Boolean>> stages = new ArrayList<>();
        for (int room = 0; room < rooms.size(); room += each) {
            if (deliveredIn.get(room) != now.number) {
                stages.add(accepted(a.broadcast(rooms.get(room), probe)));
            }
        }
        RedisNode.await(CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)));
    }

    private static boolean isAccepted(CompletionStage<?> stage) {
        return accepted(stage).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static CompletableFuture<Boolean> accepted(CompletionStage<?> stage) {
        return stage.handle((done, failure) -> failure == null).toCompletableFuture();
    }

    /** Waits until both nodes are UP. */
    void awaitUp() {
        RedisNode.await(up(a));
        RedisNode.await(up(b));
    }

    private static CompletionStage<Void> up(Adapter node) {
        CompletableFuture<Void> up = new CompletableFuture<>();
        Registration listening = node.cluster().onEvent(new ClusterListener() {
            @Override
            public void healthChanged(Health health) {
                if (health.status() == Health.Status.UP) {
                    up.complete(null);
                }
            }
        });
        if (node.health().status() == Health.Status.UP) {
            up.complete(null);
        }
        return up.whenComplete((isUp, failure) -> listening.close());
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
