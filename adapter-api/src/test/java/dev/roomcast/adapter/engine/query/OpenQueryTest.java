package dev.roomcast.adapter.engine.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenQueryTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final PeerInfo NODE_A = new PeerInfo(A.toString(), "a", Status.ALIVE);
    private static final PeerInfo NODE_B = new PeerInfo(B.toString(), "b", Status.ALIVE);

    private final OpenQuery<Set<String>> openQuery =
            new OpenQuery<>(1, new Query.RoomNames(), null, GatheredMembers.texts());

    @Test
    void itIsAnsweredWhenAllHaveAnswered() {
        assertFalse(openQuery.isAnswered(), "nobody knows yet whom to ask");
        openQuery.put(Map.of(A, NODE_A, B, NODE_B));
        openQuery.found(A, 0, 1, texts("ra"));
        assertFalse(openQuery.isAnswered());
        openQuery.found(B, 0, 1, texts("rb"));
        assertTrue(openQuery.isAnswered());
        assertEquals(Set.of("ra", "rb"), openQuery.gatheredResult().all());
    }

    @Test
    void nobodyToAskIsAnAnswer() {
        openQuery.put(Map.of());
        assertTrue(openQuery.isAnswered());
        assertEquals(Set.of(), openQuery.gatheredResult().all());
    }

    @Test
    void anAnswerInPartsIsCompleteWithItsLastPart() {
        openQuery.put(Map.of(A, NODE_A));
        openQuery.found(A, 0, 2, texts("r0"));
        openQuery.found(A, 0, 2, texts("r0"));
        assertFalse(openQuery.isAnswered());
        openQuery.found(A, 1, 2, texts("r1"));
        assertTrue(openQuery.isAnswered());
        assertEquals(Set.of("r0", "r1"), openQuery.gatheredResult().all());
    }

    @Test
    void afterAPartThatIsMissingNothingMakesTheAnswerWhole() {
        openQuery.put(Map.of(A, NODE_A));
        openQuery.found(A, 1, 2, texts("r1"));
        openQuery.found(A, 2, 2, texts("r2"));
        assertFalse(openQuery.isAnswered());
        assertEquals(Set.of(), openQuery.gatheredResult().some());
    }

    @Test
    void aPartBeyondTheLastIsOfNoInterest() {
        openQuery.put(Map.of(A, NODE_A));
        openQuery.found(A, 0, 2, texts("r0"));
        openQuery.found(A, 1, 1, texts("r1"));
        assertFalse(openQuery.isAnswered());
        assertEquals(Set.of("r0"), openQuery.gatheredResult().some());
    }

    @Test
    void strangersAndSecondAnswersChangeNothing() {
        openQuery.put(Map.of(A, NODE_A));
        openQuery.found(B, 0, 1, texts("rb"));
        assertFalse(openQuery.isAnswered());
        openQuery.found(A, 0, 1, texts("ra"));
        openQuery.found(A, 0, 1, texts("later"));
        assertEquals(Set.of("ra"), openQuery.gatheredResult().all());
    }

    @Test
    void aNodeThatIsGoneEndsItsWaitOnceAndIsNotMissing() {
        openQuery.put(Map.of(A, NODE_A, B, NODE_B));
        openQuery.gone(A);
        openQuery.gone(A);
        assertFalse(openQuery.isAnswered());
        openQuery.found(B, 0, 1, texts("rb"));
        assertTrue(openQuery.isAnswered());
        assertEquals(Set.of("rb"), openQuery.gatheredResult().all());
    }

    @Test
    void aNodeThatWasAskedByNameAndIsGoneIsMissing() {
        OpenQuery<Set<String>> named =
                new OpenQuery<>(2, new Query.RoomNames(), Set.of(NODE_A), GatheredMembers.texts());
        named.put(Map.of(A, NODE_A));
        named.gone(A);
        assertEquals(Set.of(NODE_A), named.gatheredResult().missing());
    }

    @Test
    void whatLacksIsNamedWithItsReason() {
        openQuery.put(Map.of(A, NODE_A, B, NODE_B));
        openQuery.found(A, 0, 1, texts("ra"));
        openQuery.end(B, "no answer");
        assertTrue(openQuery.isAnswered());
        assertEquals(Set.of("ra"), openQuery.gatheredResult().some());
        assertEquals(Set.of(NODE_B), openQuery.gatheredResult().missing());
        AdapterException e = assertThrows(
                AdapterException.class, () -> openQuery.gatheredResult().all());
        assertEquals(Outcome.INCOMPLETE, e.outcome());
        assertTrue(e.getMessage().contains("b: no answer"), e.getMessage());
    }

    @Test
    void aNodeThatFailsIsMissing() {
        openQuery.put(Map.of(A, NODE_A));
        openQuery.found(A, 0, 1, new QueryResult.Failed("it cannot"));
        assertTrue(openQuery.isAnswered());
        assertEquals(Set.of(NODE_A), openQuery.gatheredResult().missing());
    }

    private static QueryResult texts(String text) {
        return new QueryResult.Texts(Set.of(text));
    }
}
