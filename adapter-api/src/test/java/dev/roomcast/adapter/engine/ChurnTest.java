package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.delivery.StalledQueue;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.EngineThreads;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A broadcast during churn, with real threads: whoever was in the room throughout gets it once, whoever was not there at all does not,
 * and each broadcaster's packets come in order. Two of the broadcasters are callers here, the third is another node.
 */
class ChurnTest {

    private static final int STAYERS = 600;
    private static final int CHURNERS = 400;
    private static final int WRITERS = 2;
    private static final int LOCAL = 2;
    private static final int REMOTE = LOCAL;
    /** How far the other node may be ahead of the inbox. */
    private static final int AHEAD = 20;
    /** So many members have a lane, before which packets wait time and again. */
    private static final int LANES = 50;

    private static final int PACKETS = Integer.getInteger("churn.packets", 2_000);
    private static final long PATIENCE_SECONDS = 60 + PACKETS / 100;

    /** Whom the packets are for, which changes how they are looked up. */
    private enum Kind {
        ROOM(Target.room("room")),
        EVERYONE(Target.everyone()),
        ROOMS(Target.rooms(Set.of("room", "half"))),
        ROOM_WITH_EXCEPTIONS(Target.room("room").exceptRooms(Set.of("muted")).exceptMembers(Set.of("nobody")));

        private final Target target;

        Kind(Target target) {
            this.target = target;
        }
    }

    private final Execution execution = new EngineThreads("churn").start();
    private final Wire wire = new Wire(execution, 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100));
    private final Counters counters = new Counters();
    private final RoomIndex index = new RoomIndex(new NoObserver(), 10);
    private final LocalNode node = new LocalNode(index, wire.delivery(), counters);
    private final List<Broadcaster> broadcasters =
            List.of(new Broadcaster(PACKETS), new Broadcaster(PACKETS), new Broadcaster(PACKETS));
    /** One for each life of those who come and go. */
    private final Queue<Visitor> churners = new ConcurrentLinkedQueue<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
        execution.ending().begin();
    }

    @ParameterizedTest
    @EnumSource
    void whoIsThereThroughoutGetsEachPacketOnceAndInOrder(Kind kind) throws Exception {
        wire.inbox().open();
        List<Visitor> stayers = visitors("stayer", STAYERS);
        for (Visitor stayer : stayers) {
            stayer.comes(() -> enter(stayer, "room"));
        }
        // Whoever is in both is met in both.
        stayers.subList(0, STAYERS / 2).forEach(stayer -> index.join(stayer.member(), List.of("half")));
        Visitor muted = visitors("muted", 1).get(0);
        enter(muted, "muted", "room");
        int changes = run(kind, stayers);
        if (kind == Kind.ROOM_WITH_EXCEPTIONS) {
            assertEquals(0, muted.received(), "packets to who is excepted");
        }
        List<Visitor> all = new ArrayList<>(stayers);
        all.addAll(churners);
        assertEquals(0, counters.of(Counters.SENDS_FAILED).sum(), "sends to who is not a member");
        assertEquals(0, sum(all, Visitor::outOfOrder), "packets that came again, or too late");
        assertEquals(0, sum(all, Visitor::unwanted), "packets to who was not there");
        // A lane that is full costs its member the membership, on a machine that stands still now and then.
        long givenUp = counters.of(Counters.MEMBERS_GIVEN_UP).sum();
        long missing = sum(all, Visitor::missing);
        assertTrue(missing == 0 || givenUp > 0, () -> missing + " packets are missing, and nobody was given up");
        System.out.printf(
                "ChurnTest: %s, %d packets, %d times somebody came or went, %d receipts that had to be, %d given up%n",
                kind, broadcasters.size() * PACKETS, changes, sum(all, Visitor::required), givenUp);
    }

    private static long sum(List<Visitor> visitors, ToLongFunction<Visitor> of) {
        return visitors.stream().mapToLong(of).sum();
    }

    private List<Visitor> visitors(String kind, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Visitor(index, kind + i, broadcasters))
                .toList();
    }

    private void enter(Visitor visitor, String... rooms) {
        index.add(visitor.member());
        index.join(visitor.member(), List.of(rooms));
    }

    /** Runs all threads to their ends, and whatever they have left to others; returns how often somebody came or went. */
    private int run(Kind kind, List<Visitor> stayers) throws Exception {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int self = writer;
            tasks.add(() -> churn(kind, self));
        }
        tasks.add(() -> hold(stayers));
        for (int i = 0; i < LOCAL; i++) {
            int self = i;
            tasks.add(() -> broadcast(kind, self));
        }
        tasks.add(() -> broadcastFromAnotherNode(kind));
        int changes = 0;
        for (Future<Integer> task : threads.invokeAll(tasks, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            changes += task.get();
        }
        execution.ending().begin();
        execution.ending().await(Duration.ofSeconds(PATIENCE_SECONDS));
        return changes;
    }

    // ---- the threads

    private int broadcast(Kind kind, int self) {
        Broadcaster by = broadcasters.get(self);
        by.send(number -> {
            node.deliver(kind.target, new Visitor.Stamp(self, number).packet());
            by.ended(number);
        });
        return 0;
    }

    private int broadcastFromAnotherNode(Kind kind) {
        Broadcaster by = broadcasters.get(REMOTE);
        by.send(number -> {
            wire.inbox().run(() -> {
                node.received(kind.target, new Visitor.Stamp(REMOTE, number).packet());
                wire.deliveryQueue().add(1, () -> {
                    by.ended(number);
                    return true;
                });
            });
            await(by, number - AHEAD);
        });
        await(by, PACKETS - 1);
        return 0;
    }

    private static void await(Broadcaster by, int number) {
        while (by.ended() < number && !Thread.currentThread().isInterrupted()) {
            Thread.yield();
        }
    }

    /** Members come and go, by joining and leaving the room or with their connections; returns how often. */
    private int churn(Kind kind, int self) {
        Random random = new Random(self);
        Visitor[] visitors = new Visitor[CHURNERS / WRITERS];
        int changes = 0;
        for (; !areDone(); changes++) {
            int i = random.nextInt(visitors.length);
            if (visitors[i] == null || !visitors[i].member().isPresent()) {
                Visitor visitor = new Visitor(index, "churner" + self + "-" + i, broadcasters);
                visitors[i] = visitor;
                churners.add(visitor);
                visitor.comes(() -> enter(visitor, "room"));
            } else if (!visitors[i].isThere()) {
                LocalMember member = visitors[i].member();
                visitors[i].comes(() -> index.join(member, List.of("room")));
            } else {
                LocalMember member = visitors[i].member();
                boolean isEnd = kind == Kind.EVERYONE || random.nextInt(4) == 0;
                visitors[i].goes(isEnd ? () -> index.remove(member) : () -> index.leave(member, List.of("room")));
            }
        }
        return changes;
    }

    /** Sends to some of those who stay take too long, and return. */
    private int hold(List<Visitor> stayers) {
        for (int i = 0; !areDone(); i++) {
            StalledQueue stalledQueue = node.lane(stayers.get(i % LANES).member());
            stalledQueue.hold();
            Thread.yield();
            node.comeBack(stalledQueue);
        }
        return 0;
    }

    private boolean areDone() {
        return Thread.currentThread().isInterrupted() || broadcasters.stream().allMatch(Broadcaster::isDone);
    }
}
