package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.Message.Named;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is known, vouched for, given up and remembered, and what is told of it. The silence is 100 ms. */
class PeersTest {

    private static final int MOST = 10_000;
    private static final Duration SILENCE = Duration.ofMillis(100);
    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final Incarnation C = new Incarnation(3, 3);

    private final VirtualTime time = new VirtualTime(1);
    private final List<String> told = new ArrayList<>();
    private final Peers peers = new Peers(time.execution(), SILENCE, new Told());

    @Test
    void whoTellsItsNameIsKnownAndVouchedFor() {
        assertTrue(peers.met(A, "a"));
        assertEquals(List.of("a ALIVE"), told);
        assertTrue(peers.isKnown(A));
        assertEquals(List.of(new Named(A, "a")), peers.vouched());
        assertEquals(Set.of("a ALIVE"), snapshot());
        assertEquals(Set.of(A), peers.snapshot().keySet());
        assertTrue(peers.met(A, "a"));
        assertEquals(List.of("a ALIVE"), told, "told once");
    }

    @Test
    void whoIsOnlyNamedIsWaitedForAndNotVouchedFor() {
        assertTrue(peers.named(A, "a"));
        assertEquals(List.of(), peers.vouched());
        peers.heard(A);
        assertEquals(List.of(new Named(A, "a")), peers.vouched());
    }

    @Test
    void aFrameOfANodeThatIsNotKnownSaysNothing() {
        peers.heard(A);
        assertFalse(peers.isKnown(A));
        assertEquals(Optional.empty(), peers.known(A));
        assertEquals(List.of(), told);
    }

    @Test
    void whoSaidGoodbyeNeverComesBackAndIsRememberedForAWhile() {
        pass(50);
        peers.met(A, "a");
        told.clear();
        peers.left(A);
        assertEquals(List.of("a GONE", "gone 1"), told);
        assertFalse(peers.met(A, "a"));
        assertFalse(peers.named(A, "a"));
        assertFalse(peers.isKnown(A));
        assertEquals(Set.of(), snapshot());
        assertEquals("a", peers.known(A).orElseThrow().name());
        pass(200);
        peers.giveUp(SILENCE);
        assertFalse(peers.named(A, "a"), "twice the silence has not passed");
        pass(1);
        told.clear();
        peers.giveUp(SILENCE);
        assertEquals(Optional.empty(), peers.known(A));
        assertEquals(List.of("forgotten 1"), told);
    }

    @Test
    void whoWasSilentForTooLongIsGivenUpAndComesBackByBeingHeard() {
        peers.met(A, "a");
        long then = time.now();
        pass(100);
        peers.met(B, "b");
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A), "not longer than the silence");
        told.clear();
        pass(1);
        peers.giveUp(SILENCE);
        assertEquals(List.of("a GONE", "gone 1", "given up a " + then), told);
        assertFalse(peers.isKnown(A));
        assertTrue(peers.isKnown(B));
        assertFalse(peers.named(A, "a"), "by another that has not noticed yet");
        assertTrue(peers.met(A, "a"));
        assertEquals("a ALIVE", told.get(told.size() - 1));
        peers.left(A);
        assertFalse(peers.met(A, "a"));
    }

    @Test
    void whoWasNeverHeardIsGoneWithoutALoss() {
        peers.named(A, "a");
        pass(101);
        peers.giveUp(SILENCE);
        assertEquals(List.of("a ALIVE", "a GONE", "gone 1"), told);
    }

    @Test
    void beingHeardBeginsTheSilenceAnew() {
        peers.met(A, "a");
        pass(60);
        peers.heard(A);
        pass(60);
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A));
    }

    @Test
    void whoCannotHearSuspectsAllAndGivesThemTheFullTimeAfterwards() {
        peers.met(A, "a");
        peers.allSuspect();
        assertEquals(Set.of("a SUSPECT"), snapshot());
        assertEquals(List.of("a ALIVE", "a SUSPECT"), told);
        pass(90);
        peers.listenAnew();
        pass(90);
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A));
        peers.heard(A);
        assertEquals(List.of("a ALIVE", "a SUSPECT", "a ALIVE"), told);
    }

    @Test
    void thisNodesOwnPauseIsForgiven() {
        peers.met(A, "a");
        pass(150);
        peers.forgive(Duration.ofMillis(60).toNanos());
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A));
        pass(20);
        peers.giveUp(SILENCE);
        assertFalse(peers.isKnown(A));
    }

    @Test
    void aNameIsCutAtItsBound() {
        peers.met(A, "x".repeat(300));
        assertEquals("x".repeat(255), peers.known(A).orElseThrow().name());
    }

    @Test
    void aFloodOfGoodbyesIsBounded() {
        for (int i = 1; i <= MOST; i++) {
            peers.left(new Incarnation(i, i));
        }
        assertFalse(peers.met(new Incarnation(MOST, MOST), "n"));
        Incarnation more = new Incarnation(MOST + 1, 0);
        peers.left(more);
        assertTrue(peers.met(more, "n"), "its goodbye is not remembered");
    }

    @Test
    void whoIsBeyondTheBoundIsForgottenAtItsGoodbye() {
        Peers few = new Peers(time.execution(), SILENCE, new Told(), 2);
        few.left(A);
        few.left(B);
        assertEquals(List.of(), told);
        few.left(C);
        assertEquals(List.of("forgotten 3"), told);
        assertFalse(few.met(B, "b"));
        assertTrue(few.met(C, "c"), "its goodbye is not remembered");
    }

    @Test
    void aFloodOfNodesIsBounded() {
        Peers few = new Peers(time.execution(), SILENCE, new Told(), 2);
        few.met(A, "a");
        few.named(B, "b");
        assertFalse(few.met(C, "c"));
        assertFalse(few.named(C, "c"));
        assertTrue(few.met(B, "b"), "who is known stays so");
        assertEquals(List.of("a ALIVE", "b ALIVE"), told);
        few.left(A);
        assertTrue(few.met(C, "c"), "there is room again");
    }

    private Set<String> snapshot() {
        return peers.snapshot().values().stream()
                .map(node -> node.name() + " " + node.status())
                .collect(Collectors.toSet());
    }

    private void pass(long millis) {
        time.pass(Duration.ofMillis(millis));
    }

    private final class Told implements Peers.Listener {

        @Override
        public void changed(KnownNode node) {
            told.add(node.name() + " " + node.status());
        }

        @Override
        public void gone(Incarnation node) {
            told.add("gone " + node.high());
        }

        @Override
        public void givenUp(Incarnation node, KnownNode known, long lastHeard) {
            assertEquals(Status.GONE, known.status());
            told.add("given up " + known.name() + " " + lastHeard);
        }

        @Override
        public void forgotten(Incarnation node) {
            told.add("forgotten " + node.high());
        }
    }
}
