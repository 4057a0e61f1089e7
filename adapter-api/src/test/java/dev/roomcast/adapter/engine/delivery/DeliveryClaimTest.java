package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One of the two wins, the walking thread or the watchdog. */
class DeliveryClaimTest {

    private final DeliveryClaim deliveryClaim = new DeliveryClaim(3);
    private final StalledSend stalledSend = stalledSend();

    @Test
    void whatIsTakenIsClaimedNoMore() {
        assertTrue(deliveryClaim.claim(3, 4));
        assertEquals(5, deliveryClaim.claimed());
        assertTrue(deliveryClaim.take(5, stalledSend));
        assertEquals(stalledSend, deliveryClaim.stalledSend());
        assertFalse(deliveryClaim.claim(5, 5));
        assertFalse(deliveryClaim.end(5));
    }

    @Test
    void whatHasComeOnIsNotTaken() {
        deliveryClaim.claim(3, 4);
        deliveryClaim.claim(5, 5);
        assertFalse(deliveryClaim.take(5, stalledSend));
        assertTrue(deliveryClaim.end(6));
        assertFalse(deliveryClaim.take(6, stalledSend));
        assertTrue(deliveryClaim.claimed() < deliveryClaim.begin(), "it is over");
    }

    private static StalledSend stalledSend() {
        VirtualTime time = new VirtualTime(1);
        Duration any = Duration.ofMillis(100);
        RoomIndex index = new RoomIndex(new NoObserver(), 1);
        Wire wire = new Wire(time.execution(), 1 << 20, any, any);
        LocalNode node = new LocalNode(index, wire.delivery(), new Counters());
        Connection connection = Connection.of("m", packet -> {}, why -> {});
        LocalMember member = new LocalMember(index, connection, "m", null, Map.of());
        return wire.stalledSends().add(new StalledQueue(node, member, connection), Thread.currentThread());
    }
}
