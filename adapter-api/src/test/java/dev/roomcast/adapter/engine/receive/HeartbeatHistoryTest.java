package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Incarnation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatHistoryTest {

    private static final Incarnation A = new Incarnation(0, 1);

    private final VirtualTime time = new VirtualTime(1);
    private final HeartbeatHistory heartbeatHistory = new HeartbeatHistory();

    @Test
    void theLastBeatUpToANumberCounts() {
        heartbeatHistory.heard(A, 3, time.now());
        pass();
        heartbeatHistory.heard(A, 5, time.now());
        pass();
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.lastUpTo(A, 2, -1));
        assertEquals(0, heartbeatHistory.lastUpTo(A, 3, -1));
        assertEquals(0, heartbeatHistory.lastUpTo(A, 4, -1));
        assertEquals(millis(1), heartbeatHistory.lastUpTo(A, 5, -1));
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.lastUpTo(A, 5, millis(1)), "not after that moment");
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.lastUpTo(new Incarnation(0, 2), 5, -1));
    }

    @Test
    void theLastOneOfANodeIsKnown() {
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.last(A));
        heartbeatHistory.heard(A, 3, time.now());
        pass();
        heartbeatHistory.heard(A, 5, time.now());
        assertEquals(millis(1), heartbeatHistory.last(A));
        heartbeatHistory.forget(A);
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.last(A));
    }

    @Test
    void ofEachNodeEightAreKept() {
        for (int number = 1; number <= 8; number++) {
            heartbeatHistory.heard(A, number, time.now());
        }
        assertEquals(0, heartbeatHistory.lastUpTo(A, 1, -1));
        heartbeatHistory.heard(A, 9, time.now());
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.lastUpTo(A, 1, -1));
        assertEquals(0, heartbeatHistory.lastUpTo(A, 2, -1));
    }

    @Test
    void whenThereAreTooManyNodesTheOneThatIsSilentForTheLongestIsForgotten() {
        int most = 10_000;
        for (int node = 1; node <= most; node++) {
            heartbeatHistory.heard(new Incarnation(0, node), 1, time.now());
        }
        assertEquals(0, heartbeatHistory.lastUpTo(A, 1, -1));
        heartbeatHistory.heard(new Incarnation(0, most + 1), 1, time.now());
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.lastUpTo(new Incarnation(0, 2), 1, -1));
        assertEquals(0, heartbeatHistory.lastUpTo(A, 1, -1), "it was asked for");
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
