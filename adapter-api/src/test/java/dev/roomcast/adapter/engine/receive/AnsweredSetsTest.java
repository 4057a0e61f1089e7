package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Named;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnsweredSetsTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final Incarnation C = new Incarnation(4, 4);
    private static final long ALL = 7;

    private final AnsweredSets sets = new AnsweredSets(0);

    private void answer(Incarnation from, long hash, Incarnation... names) {
        sets.answer(
                from,
                hash,
                List.of(names).stream().map(node -> new Named(node, "n")).toList(),
                0);
    }

    @Test
    void aSetIsOpenUntilItIsKnownHere() {
        answer(A, ALL);
        answer(B, ALL);
        assertEquals(1, sets.size());
        sets.know(5);
        assertTrue(sets.size() > 0);
        sets.know(ALL);
        assertFalse(sets.size() > 0);
        assertEquals(ALL, sets.latest());
        answer(C, ALL);
        answer(C, 5);
        assertFalse(sets.size() > 0, "it knew that one before");
    }

    @Test
    void namesOfTheOneThatIsAskedCloseItsSetForAllWhoAnsweredWithIt() {
        answer(A, ALL);
        answer(B, ALL);
        assertEquals(Optional.of(A), sets.ask());
        assertTrue(sets.isAsking());
        answer(A, ALL, B);
        assertTrue(sets.size() > 0, "half of the names have come");
        assertTrue(sets.isAsking());
        answer(A, ALL, C);
        assertFalse(sets.size() > 0);
        assertFalse(sets.isAsking());
    }

    @Test
    void whoHasToldNamesAndAnswersWithAnotherSetIsAskedAgain() {
        answer(A, ALL);
        assertEquals(Optional.of(A), sets.ask());
        answer(A, ALL, B, C);
        answer(A, 3);
        assertEquals(1, sets.size());
        assertFalse(sets.isAsking(), "nobody waits for its names");
        assertEquals(Optional.of(A), sets.ask());
        assertTrue(sets.isAsking());
        answer(A, ALL);
        answer(A, 9);
        assertFalse(sets.isAsking(), "its set was a known one meanwhile");
    }

    @Test
    void namesOfSomebodyElseCloseNothing() {
        answer(A, ALL);
        answer(B, ALL);
        assertEquals(Optional.of(A), sets.ask());
        answer(B, ALL, A, C);
        assertTrue(sets.size() > 0);
    }

    @Test
    void whatANodeAnswersLaterReplacesWhatItAnsweredBefore() {
        answer(A, 3);
        sets.know(ALL);
        assertTrue(sets.size() > 0);
        answer(A, ALL);
        assertFalse(sets.size() > 0);
    }

    @Test
    void oneNodeIsAskedAfterTheOther() {
        answer(A, 9);
        answer(B, 10);
        answer(C, 11);
        assertEquals(Optional.of(A), sets.ask());
        assertEquals(Optional.of(B), sets.ask());
        assertEquals(Optional.of(C), sets.ask());
        assertEquals(Optional.of(A), sets.ask());
        assertTrue(sets.isAsking(A));
        assertFalse(sets.isAsking(B));
        sets.know(9);
        sets.know(10);
        sets.know(11);
        assertEquals(Optional.empty(), sets.ask());
    }

    @Test
    void theOrderInWhichNodesAreAskedIsAnotherForAnotherHello() {
        AnsweredSets others = new AnsweredSets(6);
        for (Incarnation node : List.of(A, B, C)) {
            others.answer(node, ALL, List.of(), 0);
        }
        assertEquals(Optional.of(C), others.ask());
    }

    @Test
    void aSetThatNobodyCanNameAnyMoreIsReported() {
        answer(A, ALL);
        answer(B, ALL);
        answer(C, 4);
        assertFalse(sets.gone(A), "another one can");
        assertTrue(sets.gone(B));
        assertTrue(sets.gone(C));
        assertFalse(sets.gone(C));
        assertFalse(sets.size() > 0);
    }

    @Test
    void aNodeThatTellsNoNamesIsNotWaitedForForEver() {
        sets.answer(A, ALL, List.of(), 100);
        sets.answer(A, 3, List.of(), 150);
        sets.answer(B, 9, List.of(), 150);
        sets.forgive(10);
        sets.expire(210, 100);
        assertTrue(sets.gone(A), "it is open still");
        sets.answer(A, ALL, List.of(), 210);
        sets.expire(261, 100);
        assertFalse(sets.gone(B), "it is open no more");
        answer(B, 3);
        assertTrue(sets.gone(A));
        assertFalse(sets.size() > 0, "once expired it is asked no more");
    }

    @Test
    void whatItCostsGrowsWithTheNodes() {
        Cost.assertLinear(1 << 15, count -> {
            AnsweredSets many = new AnsweredSets(0x5DEECE66DL);
            for (int i = 1; i <= count; i++) {
                many.answer(new Incarnation(i, i), -i, List.of(), 0);
            }
            for (int i = 1; i <= count; i++) {
                many.know(i);
                many.ask();
                many.know(-i);
            }
            assertEquals(0, many.size());
        });
    }
}
