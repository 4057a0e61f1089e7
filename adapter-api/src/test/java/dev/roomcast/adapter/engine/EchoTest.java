package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What must come back, and since when it has not. */
class EchoTest {

    private final VirtualTime time = new VirtualTime(1);
    private final Execution execution = time.process().execution();
    private final Echo echo = new Echo(execution, Duration.ofSeconds(10));

    @Test
    void whatWasAcceptedAndDoesNotComeBackIsOverdue() {
        echo.confirmed(execution.now());
        pass(1);
        echo.accepted(execution.now());
        pass(10);
        assertFalse(echo.isOverdue());
        pass(1);
        assertTrue(echo.isOverdue());
        echo.came(execution.now());
        assertFalse(echo.isOverdue());
    }

    @Test
    void theOldestCounts() {
        echo.confirmed(execution.now());
        for (int i = 0; i < 3; i++) {
            pass(4);
            echo.accepted(execution.now());
        }
        pass(3);
        assertTrue(echo.isOverdue());
    }

    @Test
    void anAcceptanceThatComesAfterItsEchoAwaitsNothing() {
        echo.confirmed(execution.now());
        pass(1);
        long sent = execution.now();
        pass(1);
        echo.came(execution.now());
        echo.accepted(sent);
        assertFalse(echo.isAwaited());
    }

    @Test
    void whatWasSentBeforeTheConfirmationNeedNotComeBack() {
        long sent = execution.now();
        echo.accepted(sent);
        pass(1);
        echo.confirmed(execution.now());
        echo.accepted(sent);
        assertFalse(echo.isAwaited());
        pass(1);
        echo.accepted(execution.now());
        assertTrue(echo.isAwaited());
        echo.lost();
        assertFalse(echo.isAwaited());
        echo.accepted(execution.now());
        assertFalse(echo.isAwaited());
    }

    @Test
    void whatIsForgivenDoesNotCountAndNothingIsForgivenInAdvance() {
        echo.confirmed(execution.now());
        pass(1);
        echo.accepted(execution.now());
        pass(8);
        echo.forgive(Duration.ofSeconds(5).toNanos());
        pass(6);
        assertFalse(echo.isOverdue());
        pass(2);
        assertTrue(echo.isOverdue());
        echo.forgive(Duration.ofSeconds(60).toNanos());
        pass(11);
        assertTrue(echo.isOverdue());
    }

    @Test
    void theLastProofIsTheLastEchoOrTheConfirmation() {
        echo.confirmed(5);
        assertEquals(5, echo.lastHeard());
        echo.came(7);
        assertEquals(7, echo.lastHeard());
    }

    private void pass(int seconds) {
        time.pass(Duration.ofSeconds(seconds));
    }
}
