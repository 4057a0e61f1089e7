package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.FuzzReport;
import dev.roomcast.adapter.engine.codec.Incarnation;
import java.util.List;
import java.util.Optional;
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
    void aSetIsWaitedForUntilItsNodesHaveBeenNamed() {
        round.answer(A, 5, List.of(), 0);
        round.settle();
        assertFalse(round.isComplete());
        assertTrue(round.lacksNames());
        assertEquals(Optional.of(A), round.ask());
        assertFalse(round.lacksNames(), "it is asked");
        round.know(5);
        assertTrue(round.isComplete());
    }

    @Test
    void nobodyIsAskedForNamesBeforeTheWaitIsOver() {
        round.answer(A, 5, List.of(), 0);
        assertFalse(round.lacksNames());
        assertEquals(Optional.empty(), round.ask());
    }

    @Test
    void aSetThatNobodyCanNameAnyMoreNeedsAnotherHelloOnceTheWaitIsOver() {
        round.answer(A, 5, List.of(), 0);
        round.gone(A);
        assertFalse(round.needsAnother(9));
        round.settle();
        assertTrue(round.needsAnother(9));
        assertFalse(round.isComplete());
        round.repeat();
        assertFalse(round.isEchoed());
        assertFalse(round.needsAnother(9));
        assertFalse(round.isComplete());
        round.settle();
        assertTrue(round.isComplete());
    }

    @Test
    void whereManyNodesDisagreeTheyAreAskedForAnotherAnswerOnce() {
        round.answer(A, 5, List.of(), 0);
        round.answer(B, 6, List.of(), 0);
        round.settle();
        assertFalse(round.needsAnother(2));
        assertTrue(round.needsAnother(1));
        round.repeat();
        assertFalse(round.lacksNames());
        round.settle();
        assertFalse(round.needsAnother(1));
        assertTrue(round.lacksNames());
    }

    @Test
    void onceCompleteItStaysSo() {
        round.settle();
        round.named(A);
        assertTrue(round.isComplete());
        round.answer(A, 5, List.of(), 0);
        round.gone(A);
        assertTrue(round.isComplete());
        assertFalse(round.needsAnother(0));
    }
}
