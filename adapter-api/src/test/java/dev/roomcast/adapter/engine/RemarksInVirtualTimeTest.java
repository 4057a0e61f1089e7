package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Health.Status;
import java.util.List;
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
    void aRemarkIsLoggedAtIntervalsAtMost() {
        List<String> lines = CapturedLog.of(Remarks.class, () -> {
            for (int i = 0; i < 100; i++) {
                transport.remark("sentinels", Optional.of("no Sentinel answers: " + i));
                transport.remark("tls", Optional.of("no certificate is checked"));
                cluster.pass(1);
            }
        });
        assertEquals(List.of("no Sentinel answers: 0", "no certificate is checked"), lines);
    }
}
