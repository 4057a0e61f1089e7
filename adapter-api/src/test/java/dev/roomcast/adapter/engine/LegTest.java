package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One of the two wins, the walking thread or the watchdog. */
class LegTest {

    private final Leg leg = new Leg(3);
    private final Hold hold = hold();

    @Test
    void whatIsTakenIsClaimedNoMore() {
        assertTrue(leg.claim(3, 4));
        assertEquals(5, leg.claimed());
        assertTrue(leg.take(5, hold));
        assertEquals(hold, leg.hold());
        assertFalse(leg.claim(5, 5));
        assertFalse(leg.end(5));
    }

    @Test
    void whatHasComeOnIsNotTaken() {
        leg.claim(3, 4);
        leg.claim(5, 5);
        assertFalse(leg.take(5, hold));
        assertTrue(leg.end(6));
        assertFalse(leg.take(6, hold));
        assertTrue(leg.claimed() < leg.begin(), "it is over");
    }

    private static Hold hold() {
        VirtualTime time = new VirtualTime(1);
        Duration any = Duration.ofMillis(100);
        RoomIndex index = new RoomIndex(new NoObserver(), 1);
        Wire wire = new Wire(time.execution(), 1 << 20, any, any);
        LocalNode node = new LocalNode(index, wire.delivery(), new Counters());
        Connection connection = Connection.of("m", packet -> {}, why -> {});
        LocalMember member = new LocalMember(index, connection, "m", null, Map.of());
        return wire.holds().add(new Lane(node, member, connection), Thread.currentThread());
    }
}
