package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a transport says while it works is in the reason of health, and not in its status. */
@Isolated("captures the log of the JVM")
class RemarksInVirtualTimeTest {

    private final SimulatedCluster cluster = SimulatedCluster.of(21, 2);
    private final SimulatedTransport transport = cluster.broker.transport(1);

    private String reason() {
        cluster.pass(100);
        Health health = cluster.nodes.get(1).health();
        assertEquals(Status.UP, health.status());
        return health.reason();
    }

    @Test
    void aRemarkIsInTheReasonUntilItIsTakenBack() {
        String before = reason();
        transport.remark("tls", Optional.of("no certificate is checked"));
        transport.remark("sentinels", Optional.of("no Sentinel answers"));
        assertTrue(reason().contains("; no Sentinel answers; no certificate is checked (since "), reason());
        transport.remark("sentinels", Optional.of("one Sentinel answers"));
        assertTrue(reason().contains("; one Sentinel answers; no certificate is checked (since "), reason());
        transport.remark("tls", Optional.empty());
        transport.remark("sentinels", Optional.empty());
        assertEquals(before, reason());
    }

    @Test
    void healthSaysThatLossesMayGoUnseenWhileNumbersAreForgotten() {
        SimulatedCluster small = SimulatedCluster.ofProcesses(22, 2, Map.of("roomcast.limit.sequence-bytes", "65536"));
        SimulatedCluster.Client client = small.client(0, "c");
        for (int room = 0; room < 200; room++) {
            client.node.join(client.member, "r" + room);
        }
        small.pass(1000);
        for (int room = 0; room < 200; room++) {
            small.nodes.get(1).broadcast(Target.room("r" + room), Packet.text("x"));
        }
        small.pass(10_000);
        Health health = small.nodes.get(0).health();
        assertEquals(Status.UP, health.status());
        assertTrue(health.reason().contains("roomcast.limit.sequence-bytes=65536"), health.reason());
        assertTrue(health.gauges().get("streams.bytes") <= 65536, health.gauges()::toString);
        assertTrue(health.gauges().get("streams.bytes") > 60_000, health.gauges()::toString);
        client.node.remove(client.member);
        small.pass(10_000);
        health = small.nodes.get(0).health();
        assertFalse(health.reason().contains("sequence-bytes"), health.reason());
        assertTrue(health.gauges().get("streams.bytes") < 1000, health.gauges()::toString);
    }

    @Test
    void aRemarkIsLoggedAtIntervalsAtMost() {
        List<String> lines = CapturedLog.of(TransportRemarks.class, () -> {
            for (int i = 0; i < 100; i++) {
                transport.remark("sentinels", Optional.of("no Sentinel answers: " + i));
                transport.remark("tls", Optional.of("no certificate is checked"));
                cluster.pass(1);
            }
        });
        assertEquals(List.of("no Sentinel answers: 0", "no certificate is checked"), lines);
    }
}
