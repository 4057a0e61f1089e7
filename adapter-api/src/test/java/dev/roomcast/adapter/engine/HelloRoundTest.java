package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HelloRoundTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);

    private final HelloRound round = new HelloRound(7);

    @Test
    void anEchoIsTheFirstOnce() {
        assertEquals(7, round.id());
        assertFalse(round.isEchoed());
        assertTrue(round.echo());
        assertTrue(round.isEchoed());
        assertFalse(round.echo());
        assertTrue(round.isEchoed());
    }

    @Test
    void itIsNotCompleteBeforeTheWaitIsOver() {
        round.answer(A);
        assertFalse(round.isComplete());
        round.settle();
        assertTrue(round.isComplete());
    }

    /** It stays for as long as the node can hear, and others come and go meanwhile. */
    @Test
    void whoAnswersOnceItIsCompleteIsNotRemembered() {
        round.settle();
        long before = FuzzReport.heap();
        for (int i = 0; i < 500_000; i++) {
            round.answer(new Incarnation(i, i));
        }
        long left = FuzzReport.heap() - before;
        assertTrue(left < 4 << 20, () -> left + " bytes are left");
        assertTrue(round.isComplete());
    }

    @Test
    void whoIsNamedIsWaitedForUntilItAnswersOrIsGone() {
        round.named(A);
        round.named(B);
        round.settle();
        assertFalse(round.isComplete());
        round.answer(A);
        assertFalse(round.isComplete());
        round.gone(B);
        assertTrue(round.isComplete());
    }

    @Test
    void whoHasAnsweredIsNotWaitedForWhenItIsNamed() {
        round.answer(A);
        round.named(A);
        round.settle();
        assertTrue(round.isComplete());
    }

    @Test
    void onceCompleteItStaysSo() {
        round.settle();
        round.named(A);
        assertTrue(round.isComplete());
    }
}
