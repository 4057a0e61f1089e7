package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.NodeInfo.Status;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuestionTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final KnownNode NODE_A = new KnownNode(A.toString(), "a", Status.ALIVE);
    private static final KnownNode NODE_B = new KnownNode(B.toString(), "b", Status.ALIVE);

    private final Question<Set<String>> question = new Question<>(1, new Inquiry.RoomNames(), null, Collected.texts());

    @Test
    void itIsAnsweredWhenAllHaveAnswered() {
        assertFalse(question.isAnswered(), "nobody knows yet whom to ask");
        question.put(Map.of(A, NODE_A, B, NODE_B));
        question.found(A, 0, 1, texts("ra"));
        assertFalse(question.isAnswered());
        question.found(B, 0, 1, texts("rb"));
        assertTrue(question.isAnswered());
        assertEquals(Set.of("ra", "rb"), question.answer().all());
    }

    @Test
    void nobodyToAskIsAnAnswer() {
        question.put(Map.of());
        assertTrue(question.isAnswered());
        assertEquals(Set.of(), question.answer().all());
    }

    @Test
    void anAnswerInPartsIsCompleteWithItsLastPart() {
        question.put(Map.of(A, NODE_A));
        question.found(A, 0, 2, texts("r0"));
        question.found(A, 0, 2, texts("r0"));
        assertFalse(question.isAnswered());
        question.found(A, 1, 2, texts("r1"));
        assertTrue(question.isAnswered());
        assertEquals(Set.of("r0", "r1"), question.answer().all());
    }

    @Test
    void afterAPartThatIsMissingNothingMakesTheAnswerWhole() {
        question.put(Map.of(A, NODE_A));
        question.found(A, 1, 2, texts("r1"));
        question.found(A, 2, 2, texts("r2"));
        assertFalse(question.isAnswered());
        assertEquals(Set.of(), question.answer().some());
    }

    @Test
    void aPartBeyondTheLastIsOfNoInterest() {
        question.put(Map.of(A, NODE_A));
        question.found(A, 0, 2, texts("r0"));
        question.found(A, 1, 1, texts("r1"));
        assertFalse(question.isAnswered());
        assertEquals(Set.of("r0"), question.answer().some());
    }

    @Test
    void strangersAndSecondAnswersChangeNothing() {
        question.put(Map.of(A, NODE_A));
        question.found(B, 0, 1, texts("rb"));
        assertFalse(question.isAnswered());
        question.found(A, 0, 1, texts("ra"));
        question.found(A, 0, 1, texts("later"));
        assertEquals(Set.of("ra"), question.answer().all());
    }

    @Test
    void aNodeThatIsGoneEndsItsWaitOnceAndIsNotMissing() {
        question.put(Map.of(A, NODE_A, B, NODE_B));
        question.gone(A);
        question.gone(A);
        assertFalse(question.isAnswered());
        question.found(B, 0, 1, texts("rb"));
        assertTrue(question.isAnswered());
        assertEquals(Set.of("rb"), question.answer().all());
    }

    @Test
    void aNodeThatWasAskedByNameAndIsGoneIsMissing() {
        Question<Set<String>> named = new Question<>(2, new Inquiry.RoomNames(), Set.of(NODE_A), Collected.texts());
        named.put(Map.of(A, NODE_A));
        named.gone(A);
        assertEquals(Set.of(NODE_A), named.answer().missing());
    }

    @Test
    void whatLacksIsNamedWithItsReason() {
        question.put(Map.of(A, NODE_A, B, NODE_B));
        question.found(A, 0, 1, texts("ra"));
        question.end(B, "no answer");
        assertTrue(question.isAnswered());
        assertEquals(Set.of("ra"), question.answer().some());
        assertEquals(Set.of(NODE_B), question.answer().missing());
        AdapterException e =
                assertThrows(AdapterException.class, () -> question.answer().all());
        assertEquals(Outcome.INCOMPLETE, e.outcome());
        assertTrue(e.getMessage().contains("b: no answer"), e.getMessage());
    }

    @Test
    void aNodeThatFailsIsMissing() {
        question.put(Map.of(A, NODE_A));
        question.found(A, 0, 1, new Finding.Failed("it cannot"));
        assertTrue(question.isAnswered());
        assertEquals(Set.of(NODE_A), question.answer().missing());
    }

    private static Finding texts(String text) {
        return new Finding.Texts(Set.of(text));
    }
}
