package dev.roomcast.adapter.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What must come back, and since when it has not. */
class SelfProbeTest {

    private final VirtualTime time = new VirtualTime(1);
    private final Execution execution = time.execution();
    private final SelfProbe selfProbe = new SelfProbe(execution, Duration.ofSeconds(10));

    @Test
    void whatWasAcceptedAndDoesNotComeBackIsOverdue() {
        selfProbe.confirmed(execution.now());
        pass(1);
        selfProbe.accepted(execution.now());
        pass(10);
        assertFalse(selfProbe.isOverdue());
        pass(1);
        assertTrue(selfProbe.isOverdue());
        selfProbe.came(execution.now());
        assertFalse(selfProbe.isOverdue());
    }

    @Test
    void theOldestCounts() {
        selfProbe.confirmed(execution.now());
        for (int i = 0; i < 3; i++) {
            pass(4);
            selfProbe.accepted(execution.now());
        }
        pass(3);
        assertTrue(selfProbe.isOverdue());
    }

    @Test
    void anAcceptanceThatComesAfterItsEchoAwaitsNothing() {
        selfProbe.confirmed(execution.now());
        pass(1);
        long sent = execution.now();
        pass(1);
        selfProbe.came(execution.now());
        selfProbe.accepted(sent);
        assertFalse(selfProbe.isAwaited());
    }

    @Test
    void whatWasSentBeforeTheConfirmationNeedNotComeBack() {
        long sent = execution.now();
        selfProbe.accepted(sent);
        pass(1);
        selfProbe.confirmed(execution.now());
        selfProbe.accepted(sent);
        assertFalse(selfProbe.isAwaited());
        pass(1);
        selfProbe.accepted(execution.now());
        assertTrue(selfProbe.isAwaited());
        selfProbe.lost();
        assertFalse(selfProbe.isAwaited());
        selfProbe.accepted(execution.now());
        assertFalse(selfProbe.isAwaited());
    }

    @Test
    void whatIsForgivenDoesNotCountAndNothingIsForgivenInAdvance() {
        selfProbe.confirmed(execution.now());
        pass(1);
        selfProbe.accepted(execution.now());
        pass(8);
        selfProbe.forgive(Duration.ofSeconds(5).toNanos());
        pass(6);
        assertFalse(selfProbe.isOverdue());
        pass(2);
        assertTrue(selfProbe.isOverdue());
        selfProbe.forgive(Duration.ofSeconds(60).toNanos());
        pass(11);
        assertTrue(selfProbe.isOverdue());
    }

    @Test
    void theLastProofIsTheLastEchoOrTheConfirmation() {
        selfProbe.confirmed(5);
        assertEquals(5, selfProbe.lastHeard());
        selfProbe.came(7);
        assertEquals(7, selfProbe.lastHeard());
    }

    private void pass(int seconds) {
        time.pass(Duration.ofSeconds(seconds));
    }
}
