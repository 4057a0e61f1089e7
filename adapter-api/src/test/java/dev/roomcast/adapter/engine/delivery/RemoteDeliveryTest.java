package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether a walk keeps the turn, and what it leaves behind. */
class RemoteDeliveryTest {

    private final VirtualTime time = new VirtualTime(1);
    private int scheduled;
    private final Wire wire =
            new Wire(counting(time.execution()), 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100));
    private final Counters counters = new Counters();
    private boolean hasMemory = true;
    private final RoomIndex index = new RoomIndex(new Observing(), 1);
    private final LocalNode node = new LocalNode(index, wire.delivery(), counters);
    private final List<String> got = new ArrayList<>();

    RemoteDeliveryTest() {
        wire.inbox().open();
    }

    @Test
    void aWalkThatIsOverKeepsTheTurnAndIsNotWatched() {
        join("a", packet -> {});
        join("b", packet -> {});
        assertTrue(walk().run());
        assertEquals(List.of("a", "b"), got);
        assertEquals(2, counters.of(Counters.PACKETS_DELIVERED).sum());
        time.pass(Duration.ofSeconds(1));
        int before = scheduled;
        time.pass(Duration.ofSeconds(1));
        assertEquals(before, scheduled, "the watchdog sleeps");
    }

    @Test
    void aWalkThatIsTakenAwayHasLostTheTurn() {
        join("a", packet -> time.pass(Duration.ofMillis(500)));
        join("b", packet -> {});
        join("c", packet -> {});
        assertFalse(walk().run());
        assertEquals(List.of("a", "b", "c"), got);
        assertEquals(3, counters.of(Counters.PACKETS_DELIVERED).sum());
    }

    @Test
    void aWalkWhoseLastSendIsTakenAwayHasLostTheTurnToo() {
        join("a", packet -> {});
        join("b", packet -> time.pass(Duration.ofMillis(500)));
        assertFalse(walk().run());
        assertEquals(List.of("a", "b"), got);
    }

    @Test
    void aConnectionThatThrowsHarmsNoOtherAndIsGivenUp() {
        join("a", packet -> {
            throw new IllegalStateException("thrown by the test's connection");
        });
        join("b", packet -> {});
        assertTrue(walk().run());
        assertTrue(walk().run());
        assertEquals(List.of("a", "b", "b"), got);
        assertEquals(1, counters.of(Counters.SENDS_FAILED).sum());
        assertEquals(1, counters.of(Counters.MEMBERS_GIVEN_UP).sum());
    }

    @Test
    void aDroppablePacketThatCannotBeSentCostsNobodyItsPlace() {
        join("a", packet -> {
            throw new IllegalStateException("thrown by the test's connection");
        });
        Recipients recipients =
                Recipients.over(index, Target.room("r"), Packet.text("p").asDroppable());
        assertTrue(new RemoteDelivery(node, wire.watchdog(), wire.deliveryQueue(), () -> recipients).run());
        assertEquals(1, counters.of(Counters.SENDS_FAILED).sum());
        assertEquals(1, index.memberCount());
    }

    @Test
    void anInterruptThatOneConnectionLeavesBehindIsNotForTheNext() {
        boolean[] interrupted = {false};
        join("a", packet -> Thread.currentThread().interrupt());
        join("b", packet -> interrupted[0] = Thread.currentThread().isInterrupted());
        assertTrue(walk().run());
        assertFalse(Thread.interrupted() || interrupted[0]);
    }

    @Test
    void anInterruptWithinAFailedSendIsTheCallersAndNotTheNextConnections() {
        List<Boolean> interrupted = new ArrayList<>();
        join("a", packet -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        });
        join("b", packet -> interrupted.add(Thread.currentThread().isInterrupted()));
        join("c", packet -> {
            throw new InterruptedException();
        });
        join("d", packet -> interrupted.add(Thread.currentThread().isInterrupted()));
        node.deliver(Target.room("r"), Packet.text("p"));
        assertTrue(Thread.interrupted());
        assertEquals(List.of(false, false), interrupted);
    }

    @Test
    void aWalkThatEndsByAFailureIsNotWatchedAnyMore() {
        join("a", packet -> {
            throw new OutOfMemoryError("thrown by the test's connection");
        });
        join("b", packet -> {
            throw new OutOfMemoryError("thrown by the test's connection");
        });
        hasMemory = false;
        assertThrows(OutOfMemoryError.class, () -> walk().run());
        assertThrows(OutOfMemoryError.class, () -> node.deliver(Target.room("r"), Packet.text("p")));
        time.pass(Duration.ofSeconds(1));
        assertEquals(0, counters.of(Counters.SENDS_STALLED).sum());
        int before = scheduled;
        time.pass(Duration.ofSeconds(1));
        assertEquals(before, scheduled, "the watchdog sleeps");
    }

    private RemoteDelivery walk() {
        return new RemoteDelivery(
                node,
                wire.watchdog(),
                wire.deliveryQueue(),
                () -> Recipients.over(node.index(), Target.room("r"), Packet.text("p")));
    }

    private void join(String id, Connection.Sender sender) {
        Connection connection = Connection.of(
                id,
                packet -> {
                    got.add(id);
                    sender.send(packet);
                },
                why -> {});
        LocalMember member = new LocalMember(index, connection, id, null, Map.of());
        index.add(member);
        index.join(member, List.of("r"));
    }

    private Execution counting(Execution all) {
        return new Execution(
                all.ticker(),
                all.clock(),
                all.random(),
                all.workers(),
                (delay, task) -> {
                    scheduled++;
                    return all.scheduler().after(delay, task);
                },
                all.isOurs(),
                all.ending());
    }

    /** Of a node that may have no memory left to handle that a member leaves. */
    private final class Observing implements RoomIndex.Observer {

        @Override
        public void created(Room room) {}

        @Override
        public void joined(Room room, LocalMember member) {}

        @Override
        public void left(Room room, LocalMember member) {
            if (!hasMemory) {
                throw new OutOfMemoryError("thrown by the test");
            }
        }

        @Override
        public void deleted(Room room) {}
    }
}
