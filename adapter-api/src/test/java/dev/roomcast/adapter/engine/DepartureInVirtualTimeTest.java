package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A node that is taken out of service, Rule 5.12. */
class DepartureInVirtualTimeTest {

    private static final DisconnectReason STOPS = new DisconnectReason(Kind.GOING_AWAY, "the node stops");

    private final SimulatedCluster cluster = SimulatedCluster.of(1, 2);
    private final Adapter node = cluster.nodes.get(0);
    private final List<SimulatedCluster.Client> clients = new ArrayList<>();

    @Test
    void itsMembersGoAtTheRate() {
        clients(1000);
        CompletionStage<Void> drained = node.drain(100, STOPS);
        assertEquals(999, members(), "the first goes at once");
        cluster.pass(5000);
        assertTrue(members() >= 480 && members() <= 500, "half of the time, half of the members: " + members());
        assertFalse(SimulatedCluster.isDone(drained));
        cluster.pass(5100);
        assertEquals(0, members());
        assertTrue(SimulatedCluster.isDone(drained));
    }

    @Test
    void healthStaysDrainingUntilItIsClosed() {
        node.drain(1, STOPS);
        cluster.pass(60_000);
        assertEquals(Status.DRAINING, node.health().status());
        assertTrue(
                node.health().reason().contains("the node stops"), node.health().reason());
        CompletionStage<?> sent = node.broadcast(Target.everyone(), Packet.text("all else goes on"));
        cluster.pass(100);
        assertTrue(SimulatedCluster.isDone(sent));
        cluster.close(0);
        cluster.pass(5000);
        assertEquals(Status.CLOSED, node.health().status());
    }

    @Test
    void aConnectionThatDoesNotCloseEndsItAfterTenSeconds() {
        new SimulatedCluster.Client(node, "stuck") {
            @Override
            public void disconnect(DisconnectReason reason) {
                cluster.pass(60_000);
            }
        };
        CompletionStage<Void> drained = node.drain(10, STOPS);
        boolean[] done = new boolean[2];
        cluster.time.after(Duration.ofMillis(9_900), () -> done[0] = SimulatedCluster.isDone(drained));
        cluster.time.after(Duration.ofMillis(10_100), () -> done[1] = SimulatedCluster.isDone(drained));
        cluster.pass(100_000);
        assertFalse(done[0]);
        assertTrue(done[1]);
        Thread.interrupted();
    }

    @Test
    void closingEndsIt() {
        clients(1000);
        CompletionStage<Void> drained = node.drain(1, STOPS);
        cluster.close(0);
        cluster.pass(5000);
        assertTrue(SimulatedCluster.isDone(drained));
    }

    @Test
    void anyRateIsTaken() {
        clients(3);
        CompletionStage<Void> drained = node.drain(Integer.MAX_VALUE, STOPS);
        cluster.pass(100);
        assertEquals(0, members());
        assertTrue(SimulatedCluster.isDone(drained));
    }

    @Test
    void aRateBelowOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> node.drain(0, STOPS));
    }

    private void clients(int count) {
        for (int i = 0; i < count; i++) {
            clients.add(cluster.client(0, "c" + i));
        }
    }

    private long members() {
        return clients.stream().filter(client -> client.member.isPresent()).count();
    }
}
