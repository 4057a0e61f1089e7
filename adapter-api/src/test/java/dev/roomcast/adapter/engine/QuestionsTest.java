package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class QuestionsTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final KnownNode NODE_A = new KnownNode(A.toString(), "a", Status.ALIVE);
    private static final KnownNode NODE_B = new KnownNode(B.toString(), "b", Status.ALIVE);

    private final VirtualTime time = new VirtualTime(1);
    private final Questions questions = new Questions(new Stages(time.execution(), new Counters()));
    private final CompletableFuture<Gathered<Set<String>>> stage = new CompletableFuture<>();
    private final long id = questions.open(stage, Set.of("own"));
    private int cancelled;

    @Test
    void itIsAnsweredWhenAllHaveAnswered() {
        questions.timer(id, () -> cancelled++);
        assertEquals(List.of(id), questions.unasked());
        questions.ask(id, Map.of(A, NODE_A, B, NODE_B));
        assertEquals(List.of(), questions.unasked());
        questions.answer(id, A, 0, 1, Set.of("ra"));
        pass();
        assertFalse(stage.isDone());
        assertEquals(List.of(id), questions.all());
        questions.answer(id, B, 0, 1, Set.of("rb"));
        pass();
        assertEquals(Set.of("own", "ra", "rb"), answer().all());
        assertEquals(List.of(), questions.all());
        assertEquals(1, cancelled);
    }

    @Test
    void nobodyToAskIsAnAnswer() {
        questions.ask(id, Map.of());
        pass();
        assertEquals(Set.of("own"), answer().all());
    }

    @Test
    void anAnswerInPartsIsCompleteWithItsLastPart() {
        questions.ask(id, Map.of(A, NODE_A));
        questions.answer(id, A, 1, 2, Set.of("r1"));
        questions.answer(id, A, 1, 2, Set.of("r1"));
        questions.answer(id, A, 2, 2, Set.of("no such part"));
        pass();
        assertFalse(stage.isDone());
        questions.answer(id, A, 0, 2, Set.of("r0"));
        pass();
        assertEquals(Set.of("own", "r0", "r1"), answer().all());
    }

    @Test
    void whoWasNotAskedIsNotHeard() {
        questions.answer(id, A, 0, 1, Set.of("early"));
        questions.ask(id, Map.of(A, NODE_A));
        questions.answer(id, B, 0, 1, Set.of("uninvited"));
        questions.answer(id + 1, A, 0, 1, Set.of("another question"));
        pass();
        assertFalse(stage.isDone());
        questions.answer(id, A, 0, 1, Set.of());
        pass();
        assertEquals(Set.of("own"), answer().all());
    }

    @Test
    void nobodyWaitsForANodeThatIsGone() {
        questions.gone(A);
        questions.ask(id, Map.of(A, NODE_A, B, NODE_B));
        questions.gone(A);
        questions.gone(A);
        pass();
        assertFalse(stage.isDone());
        questions.gone(B);
        pass();
        assertEquals(Set.of("own"), answer().all());
    }

    @Test
    void whatEndsEarlyNamesWhoIsMissingAndWhy() {
        questions.timer(id, () -> cancelled++);
        questions.ask(id, Map.of(A, NODE_A, B, NODE_B));
        questions.end(id, Set.of(), "it took too long");
        questions.end(id, Set.of(), "twice");
        questions.answer(id, A, 0, 1, Set.of("late"));
        pass();
        assertEquals(Set.of("own"), answer().some());
        assertEquals(Set.of(NODE_A, NODE_B), answer().missing());
        AdapterException why = assertThrows(AdapterException.class, () -> answer().all());
        assertEquals(Outcome.INCOMPLETE, why.outcome());
        assertTrue(
                why.getMessage()
                        .startsWith("the answer is not complete: it took too long; missing: a, b; ask again, or take"),
                why.getMessage());
        assertEquals(1, cancelled);
    }

    @Test
    void whatEndsBeforeItIsAskedMissesThoseWhoAreKnown() {
        questions.end(id, Set.of(NODE_B), "there is no broker");
        pass();
        assertEquals(Set.of(NODE_B), answer().missing());
    }

    @Test
    void whatEndsWithNobodyKnownNamesNobody() {
        questions.end(id, Set.of(), "there is no broker");
        pass();
        String why = assertThrows(AdapterException.class, () -> answer().all()).getMessage();
        assertTrue(why.startsWith("the answer is not complete: there is no broker; ask again, or take"), why);
    }

    @Test
    void closingFailsWhatIsOpen() {
        questions.timer(id, () -> cancelled++);
        CompletableFuture<Gathered<Set<String>>> other = new CompletableFuture<>();
        questions.open(other, Set.of());
        questions.close();
        pass();
        assertEquals(Outcome.CLOSED, outcome(stage));
        assertEquals(Outcome.CLOSED, outcome(other));
        assertEquals(List.of(), questions.all());
        assertEquals(1, cancelled);
    }

    @Test
    void whatIsOverHasNoTimer() {
        questions.ask(id, Map.of());
        questions.timer(id, () -> cancelled++);
        questions.ask(id, Map.of(A, NODE_A));
        pass();
        assertEquals(Set.of("own"), answer().all());
        assertEquals(0, cancelled);
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    private Gathered<Set<String>> answer() {
        assertTrue(stage.isDone(), "still pending");
        return stage.join();
    }

    private static Outcome outcome(CompletableFuture<?> failed) {
        assertTrue(failed.isDone(), "still pending");
        CompletionException thrown = assertThrows(CompletionException.class, failed::join);
        return ((AdapterException) thrown.getCause()).outcome();
    }
}
