package dev.roomcast.adapter.engine.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchedRoom;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.PresenceMessage;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.EngineThreads;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What watchers of a room are sent while its members join and leave. */
class PresenceSourceTest {

    private static final int TIMES = 30_000;
    private static final long PATIENCE_SECONDS = 120;
    private static final Incarnation WATCHER = new Incarnation(1, 1);
    private static final Incarnation OTHER = new Incarnation(2, 2);

    /** So many that a list takes long. */
    private static final List<WatchedRoom> ROOMS = IntStream.range(0, 500)
            .mapToObj(i -> new WatchedRoom("room-" + i, WatchLevel.MEMBERS))
            .toList();

    private static final String ROOM = ROOMS.get(ROOMS.size() - 1).room();

    private final Map<Incarnation, List<RoomPresence>> sent = new HashMap<>();
    private final RoomIndex index = new RoomIndex(new Observer(), 10);
    private final LocalMember member =
            new LocalMember(index, Connection.of("m", packet -> {}, why -> {}), "m", null, Map.of());

    private @Nullable PresenceSource source;

    @Test
    void changesWhileAWatcherAsksAgainAreToldOneByOne() throws InterruptedException {
        Execution execution = new EngineThreads("presence").start();
        Inbox inbox = open(execution);
        AtomicBoolean ended = new AtomicBoolean();
        runs(inbox, () -> asks(inbox, ended));
        for (int i = 0; i < TIMES; i++) {
            joinAndLeave();
        }
        ended.set(true);
        runs(inbox, () -> {});
        execution.ending().begin();
        Told told = new Told();
        PresenceView view = new PresenceView(new PeerInfo("1", "node", Status.ALIVE), ROOM, told);
        sent.getOrDefault(WATCHER, List.of()).forEach(roomPresence -> view.heard(roomPresence, WatchLevel.MEMBERS));
        assertEquals(TIMES, told.joined, "times that a join was told");
        assertEquals(TIMES, told.left, "times that a leave was told");
    }

    /** Again and again, until it has ended. */
    private void asks(Inbox inbox, AtomicBoolean ended) {
        source().list(WATCHER, new WatchList(1, 0, 1, ROOMS));
        if (!ended.get()) {
            inbox.run(() -> asks(inbox, ended));
        }
    }

    private static void runs(Inbox inbox, Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        inbox.run(() -> {
            task.run();
            done.countDown();
        });
        assertTrue(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "the turn of a task");
    }

    @Test
    void changesBeforeANodeWatchesAreToldToTheOthersAlone() {
        VirtualTime time = new VirtualTime(1);
        Inbox inbox = open(time.execution());
        inbox.run(() -> {
            source().watch(OTHER, new Watch(1, new WatchedRoom(ROOM, WatchLevel.OCCUPANCY)));
            joinAndLeave();
            source().watch(WATCHER, new Watch(1, new WatchedRoom(ROOM, WatchLevel.OCCUPANCY)));
        });
        time.pass(Duration.ofMillis(1));
        assertEquals(List.of(false, true, false), occupancy(OTHER));
        assertEquals(List.of(false), occupancy(WATCHER));
    }

    private List<Boolean> occupancy(Incarnation node) {
        return sent.getOrDefault(node, List.of()).stream()
                .map(roomPresence -> ((PresenceMessage.Occupied) roomPresence.presenceMessage()).isOccupied())
                .toList();
    }

    private Inbox open(Execution execution) {
        Inbox inbox = new Inbox(execution, new DeliveryQueue(execution, 1 << 20), 1 << 20, new Counters());
        source = new PresenceSource(index, inbox, () -> 1 << 16, (node, message) -> sent(node, (RoomPresence) message));
        index.add(member);
        inbox.open();
        return inbox;
    }

    private void sent(Incarnation node, RoomPresence roomPresence) {
        if (roomPresence.room().equals(ROOM)) {
            sent.computeIfAbsent(node, n -> new ArrayList<>()).add(roomPresence);
        }
    }

    private PresenceSource source() {
        return Objects.requireNonNull(source);
    }

    private void joinAndLeave() {
        index.join(member, List.of(ROOM));
        index.leave(member, List.of(ROOM));
    }

    /** As a node has it. */
    private final class Observer implements RoomIndex.Observer {

        @Override
        public void created(Room room) {}

        @Override
        public void joined(Room room, LocalMember member) {
            source().joined(room.name(), member, room.members().size() == 1);
        }

        @Override
        public void left(Room room, LocalMember member) {
            source().left(room.name(), member, room.members().size() == 0);
        }

        @Override
        public void deleted(Room room) {}
    }

    /** What a listener would hear. */
    private static final class Told implements PresenceView.Changes {

        private int joined;
        private int left;

        @Override
        public void joined(MemberInfo member) {
            joined++;
        }

        @Override
        public void changed(MemberInfo before, MemberInfo now) {}

        @Override
        public void left(MemberInfo member) {
            left++;
        }

        @Override
        public boolean remember(int more) {
            return true;
        }

        @Override
        public void forget(int members) {}
    }
}
