package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BeatsTest {

    private static final Incarnation A = new Incarnation(0, 1);

    private final VirtualTime time = new VirtualTime(1);
    private final Beats beats = new Beats();

    @Test
    void theLastBeatUpToANumberCounts() {
        beats.heard(A, 3, time.now());
        pass();
        beats.heard(A, 5, time.now());
        pass();
        assertEquals(Beats.NEVER, beats.lastUpTo(A, 2, -1));
        assertEquals(0, beats.lastUpTo(A, 3, -1));
        assertEquals(0, beats.lastUpTo(A, 4, -1));
        assertEquals(millis(1), beats.lastUpTo(A, 5, -1));
        assertEquals(Beats.NEVER, beats.lastUpTo(A, 5, millis(1)), "not after that moment");
        assertEquals(Beats.NEVER, beats.lastUpTo(new Incarnation(0, 2), 5, -1));
    }

    @Test
    void theLastOneOfANodeIsKnown() {
        assertEquals(Beats.NEVER, beats.last(A));
        beats.heard(A, 3, time.now());
        pass();
        beats.heard(A, 5, time.now());
        assertEquals(millis(1), beats.last(A));
        beats.forget(A);
        assertEquals(Beats.NEVER, beats.last(A));
    }

    @Test
    void ofEachNodeEightAreKept() {
        for (int number = 1; number <= 8; number++) {
            beats.heard(A, number, time.now());
        }
        assertEquals(0, beats.lastUpTo(A, 1, -1));
        beats.heard(A, 9, time.now());
        assertEquals(Beats.NEVER, beats.lastUpTo(A, 1, -1));
        assertEquals(0, beats.lastUpTo(A, 2, -1));
    }

    @Test
    void whenThereAreTooManyNodesTheOneThatIsSilentForTheLongestIsForgotten() {
        int most = 10_000;
        for (int node = 1; node <= most; node++) {
            beats.heard(new Incarnation(0, node), 1, time.now());
        }
        assertEquals(0, beats.lastUpTo(A, 1, -1));
        beats.heard(new Incarnation(0, most + 1), 1, time.now());
        assertEquals(Beats.NEVER, beats.lastUpTo(new Incarnation(0, 2), 1, -1));
        assertEquals(0, beats.lastUpTo(A, 1, -1), "it was asked for");
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
