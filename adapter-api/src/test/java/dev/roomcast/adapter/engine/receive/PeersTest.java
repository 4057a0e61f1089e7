package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is known, received, given up and remembered, and what is told of it. The silence is 100 ms. */
class PeersTest {

    private static final int MOST = 10_000;
    private static final Duration SILENCE = Duration.ofMillis(100);
    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final Incarnation C = new Incarnation(3, 3);

    private final VirtualTime time = new VirtualTime(1);
    private final List<String> told = new ArrayList<>();
    private final Peers peers =
            new Peers(time.execution(), new VersionNegotiation(FrameCodec.VERSIONS), SILENCE, new Told());

    @Test
    void whoTellsItsNameIsKnownAndVouchedFor() {
        assertTrue(peers.met(A, "a", FrameCodec.VERSIONS));
        assertEquals(List.of("a ALIVE"), told);
        assertTrue(peers.isKnown(A));
        assertEquals(List.of(new Named(A, "a")), peers.received(MOST));
        assertEquals(Set.of("a ALIVE"), snapshot());
        assertEquals(Set.of(A), peers.snapshot().keySet());
        assertTrue(peers.met(A, "a", FrameCodec.VERSIONS));
        assertEquals(List.of("a ALIVE"), told, "told once");
    }

    @Test
    void whoIsOnlyNamedIsWaitedForAndNotVouchedFor() {
        assertTrue(peers.named(A, "a"));
        assertEquals(List.of(), peers.received(MOST));
        peers.heard(A);
        assertEquals(List.of(new Named(A, "a")), peers.received(MOST));
    }

    @Test
    void aFrameOfANodeThatIsNotKnownSaysNothing() {
        peers.heard(A);
        assertFalse(peers.isKnown(A));
        assertEquals(Optional.empty(), peers.known(A));
        assertEquals(List.of(), told);
    }

    @Test
    void whoIsNamedByItsIdentityHasNoNameYet() {
        peers.lives(A);
        peers.named(B, B.toString());
        assertFalse(peers.isNamed(A));
        assertFalse(peers.isNamed(B), "the one that named it does not know its name either");
        peers.named(A, "a");
        peers.met(B, "b", FrameCodec.VERSIONS);
        assertTrue(peers.isNamed(A) && peers.isNamed(B));
        assertEquals(Set.of("a ALIVE", "b ALIVE"), snapshot());
    }

    @Test
    void whatAStrangerMayHaveSentIsToldAsLostWhenItFallsSilent() {
        peers.heard(A);
        pass(50);
        long then = time.now();
        peers.heard(A);
        peers.forgive(Duration.ofMillis(20).toNanos());
        pass(120);
        peers.giveUp(SILENCE);
        assertEquals(List.of(), told, "not longer than the silence, and what is forgiven");
        pass(1);
        peers.giveUp(SILENCE);
        assertEquals(List.of("given up ? " + then), told, "nobody was told of it");
        assertFalse(peers.named(A, "a"), "by another that has not noticed yet");
        told.clear();
        peers.heard(A);
        pass(101);
        peers.giveUp(SILENCE);
        assertEquals(1, told.size(), "it has come back, and is silent again");
    }

    @Test
    void aStrangerThatIsNamedOrSaysGoodbyeIsNoneAnyMore() {
        long then = time.now();
        peers.heard(A);
        peers.heard(B);
        pass(50);
        peers.named(A, "a");
        assertEquals(List.of(new Named(A, "a")), peers.received(MOST), "it was heard before it was named");
        peers.left(B);
        told.clear();
        pass(101);
        peers.giveUp(SILENCE);
        assertEquals(List.of("a GONE", "gone 1", "given up a " + then), told);
        peers.heard(B);
        pass(101);
        told.clear();
        peers.giveUp(SILENCE);
        assertEquals(List.of("forgotten 2"), told);
    }

    @Test
    void whoSaidGoodbyeNeverComesBackAndIsRememberedForAWhile() {
        pass(50);
        peers.met(A, "a", FrameCodec.VERSIONS);
        told.clear();
        peers.left(A);
        assertEquals(List.of("a GONE", "gone 1"), told);
        assertFalse(peers.met(A, "a", FrameCodec.VERSIONS));
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
        peers.met(A, "a", FrameCodec.VERSIONS);
        long then = time.now();
        pass(100);
        peers.met(B, "b", FrameCodec.VERSIONS);
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A), "not longer than the silence");
        told.clear();
        pass(1);
        peers.giveUp(SILENCE);
        assertEquals(List.of("a GONE", "gone 1", "given up a " + then), told);
        assertFalse(peers.isKnown(A));
        assertTrue(peers.isKnown(B));
        assertFalse(peers.named(A, "a"), "by another that has not noticed yet");
        assertTrue(peers.met(A, "a", FrameCodec.VERSIONS));
        assertEquals("a ALIVE", told.get(told.size() - 1));
        peers.left(A);
        assertFalse(peers.met(A, "a", FrameCodec.VERSIONS));
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
        peers.met(A, "a", FrameCodec.VERSIONS);
        pass(60);
        peers.heard(A);
        pass(60);
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A));
    }

    @Test
    void whoCannotHearSuspectsAllAndGivesThemTheFullTimeAfterwards() {
        peers.met(A, "a", FrameCodec.VERSIONS);
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
        peers.met(A, "a", FrameCodec.VERSIONS);
        pass(150);
        peers.forgive(Duration.ofMillis(60).toNanos());
        peers.giveUp(SILENCE);
        assertTrue(peers.isKnown(A));
        pass(20);
        peers.giveUp(SILENCE);
        assertFalse(peers.isKnown(A));
    }

    @Test
    void aNameIsShownInOneLine() {
        peers.met(A, "a\r\nERROR \u0007\ud83d\ude00\ud83d", FrameCodec.VERSIONS);
        assertEquals("a??ERROR ?\ud83d\ude00?", peers.known(A).orElseThrow().name());
    }

    @Test
    void aNameIsCutAtItsBound() {
        peers.met(A, "x".repeat(300), FrameCodec.VERSIONS);
        assertEquals("x".repeat(255), peers.known(A).orElseThrow().name());
    }

    @Test
    void aFloodOfNodesIsBounded() {
        for (int i = 1; i <= MOST; i++) {
            assertTrue(peers.met(new Incarnation(i, i), "n", FrameCodec.VERSIONS));
        }
        Incarnation more = new Incarnation(MOST + 1, 0);
        assertFalse(peers.met(more, "one too many", FrameCodec.VERSIONS));
        assertFalse(peers.named(more, "one too many"));
        assertEquals(MOST, peers.snapshot().size());
        assertEquals(MOST, peers.received(Integer.MAX_VALUE).size());
        assertEquals(1_000, peers.received(1_000).size());
    }

    @Test
    void whoIsBeyondTheBoundIsForgottenAtItsGoodbye() {
        Peers few = new Peers(time.execution(), new VersionNegotiation(FrameCodec.VERSIONS), SILENCE, new Told(), 2);
        few.left(A);
        few.left(B);
        assertTrue(few.met(C, "c", FrameCodec.VERSIONS));
        assertEquals(List.of("c ALIVE"), told);
        few.left(C);
        assertEquals(List.of("c ALIVE", "c GONE", "gone 3", "forgotten 3"), told);
        assertFalse(few.met(B, "b", FrameCodec.VERSIONS));
        assertTrue(few.met(C, "c", FrameCodec.VERSIONS), "its goodbye is not remembered");
    }

    /** Or what others remember of it would stay for ever. */
    @Test
    void whoIsBeyondTheBoundIsForgottenWhenItIsGivenUp() {
        Peers few = new Peers(time.execution(), new VersionNegotiation(FrameCodec.VERSIONS), SILENCE, new Told(), 2);
        few.left(A);
        few.left(B);
        Incarnation stranger = new Incarnation(4, 4);
        few.met(C, "c", FrameCodec.VERSIONS);
        few.heard(stranger);
        long then = time.now();
        told.clear();
        pass(101);
        few.giveUp(SILENCE);
        assertEquals(
                List.of("c GONE", "gone 3", "given up c " + then, "forgotten 3", "given up ? " + then, "forgotten 4"),
                told);
    }

    @Test
    void whoWasGivenUpAndIsHeardAgainIsNotForgottenAndCanBeNamed() {
        peers.met(A, "a", FrameCodec.VERSIONS);
        peers.heard(B);
        pass(101);
        peers.giveUp(SILENCE);
        told.clear();
        for (int i = 0; i < 5; i++) {
            peers.heard(A);
            peers.heard(B);
            pass(60);
            peers.giveUp(SILENCE);
        }
        assertEquals(List.of(), told, "numbers of those who are heard show what does not come");
        assertTrue(peers.named(A, "a") && peers.named(B, "b"), "they live");
        pass(101);
        peers.giveUp(SILENCE);
        pass(201);
        told.clear();
        peers.giveUp(SILENCE);
        assertEquals(List.of("forgotten 1", "forgotten 2"), told);
    }

    @Test
    void whatANodeSpeaksCountsAlsoIfItIsGivenUpTwiceWithoutSayingIt() {
        VersionNegotiation versionNegotiation = new VersionNegotiation(new Versions(1, 2));
        versionNegotiation.metAll();
        Peers all = new Peers(time.execution(), versionNegotiation, SILENCE, new Told());
        all.met(A, "a", new Versions(1, 1));
        pass(101);
        all.met(B, "b", new Versions(1, 2));
        all.giveUp(SILENCE);
        all.heard(A);
        pass(101);
        all.met(B, "b", new Versions(1, 2));
        all.giveUp(SILENCE);
        all.met(C, "c", new Versions(1, 2));
        assertEquals(1, versionNegotiation.spoken(), "it may come back once more");
        pass(201);
        all.met(B, "b", new Versions(1, 2));
        all.giveUp(SILENCE);
        assertEquals(2, versionNegotiation.spoken());
    }

    @Test
    void aFloodOfGoodbyesIsBounded() {
        for (int i = 1; i <= MOST; i++) {
            peers.left(new Incarnation(i, i));
        }
        assertFalse(peers.met(new Incarnation(MOST, MOST), "n", FrameCodec.VERSIONS));
        Incarnation more = new Incarnation(MOST + 1, 0);
        peers.left(more);
        assertEquals(List.of(), told, "nothing of a stranger is to be forgotten");
        assertTrue(peers.met(more, "n", FrameCodec.VERSIONS), "its goodbye is not remembered");
    }

    @Test
    void afterAFloodThereIsRoomAgain() {
        Peers few = new Peers(time.execution(), new VersionNegotiation(FrameCodec.VERSIONS), SILENCE, new Told(), 2);
        few.met(A, "a", FrameCodec.VERSIONS);
        few.named(B, "b");
        assertFalse(few.met(C, "c", FrameCodec.VERSIONS));
        assertTrue(few.met(B, "b", FrameCodec.VERSIONS), "who is known stays so");
        few.left(A);
        assertTrue(few.met(C, "c", FrameCodec.VERSIONS));
    }

    private Set<String> snapshot() {
        return peers.snapshot().values().stream()
                .map(node -> node.name() + " " + node.status())
                .collect(Collectors.toSet());
    }

    private void pass(long millis) {
        time.pass(Duration.ofMillis(millis));
    }

    @Test
    void whoCannotTakePartIsToldOnceAndWhoMakesItPossibleEndsIt() {
        VersionNegotiation versionNegotiation = new VersionNegotiation(new Versions(1, 1));
        Peers all = new Peers(time.execution(), versionNegotiation, SILENCE, new Told());
        all.met(A, "a", new Versions(2, 2));
        all.met(A, "a", new Versions(2, 2));
        assertEquals(List.of("a INCOMPATIBLE"), told);
        told.clear();
        all.met(B, "b", new Versions(2, 3));
        assertEquals(List.of("a ALIVE", "b ALIVE", "spoken changed"), told);
        assertFalse(versionNegotiation.isShared());
    }

    /** Whoever can invent nodes can change the version of the cluster with each of them. */
    @Test
    void ofManyChangesOfTheVersionTheFirstIsToldAtOnceAndTheOthersAtTheNextLook() {
        VersionNegotiation versionNegotiation = new VersionNegotiation(new Versions(1, 1));
        Peers all = new Peers(time.execution(), versionNegotiation, SILENCE, new Told());
        all.met(A, "a", new Versions(2, 2));
        told.clear();
        all.met(B, "b", new Versions(2, 2));
        assertEquals(List.of("a ALIVE", "b ALIVE", "spoken changed"), told);
        told.clear();
        all.met(C, "c", new Versions(1, 1));
        assertEquals(1, versionNegotiation.common());
        assertEquals(List.of("c ALIVE"), told);
        assertEquals(
                Set.of(Status.INCOMPATIBLE, Status.ALIVE),
                all.snapshot().values().stream().map(PeerInfo::status).collect(Collectors.toSet()));
        told.clear();
        all.look();
        assertEquals(List.of("a INCOMPATIBLE", "b INCOMPATIBLE", "spoken changed"), told);
        told.clear();
        all.look();
        assertEquals(List.of(), told);
        all.left(C);
        assertEquals("spoken changed", told.get(told.size() - 1), "after a look a change is told at once again");
    }

    @Test
    void whatChangesOfTheVersionCostGrowsWithTheNodes() {
        Cost.assertLinear(8_000, count -> {
            Peers all = new Peers(time.execution(), new VersionNegotiation(new Versions(1, 1)), SILENCE, new Told());
            for (int i = 1; i <= count; i++) {
                int version = 2 + i % 2;
                all.met(new Incarnation(i, i), "n", new Versions(version, version));
            }
            all.look();
            told.clear();
        });
    }

    @Test
    void whoWasGivenUpCountsUntilItIsForgottenAndWhoSaidGoodbyeNoMore() {
        VersionNegotiation versionNegotiation = new VersionNegotiation(new Versions(1, 2));
        versionNegotiation.metAll();
        Peers all = new Peers(time.execution(), versionNegotiation, SILENCE, new Told());
        all.met(A, "a", new Versions(1, 1));
        pass(60);
        all.met(B, "b", new Versions(1, 2));
        assertEquals(1, versionNegotiation.spoken());
        pass(60);
        all.giveUp(SILENCE);
        assertEquals(Set.of(B), all.snapshot().keySet());
        assertEquals(1, versionNegotiation.spoken());
        pass(201);
        all.met(B, "b", new Versions(1, 2));
        all.giveUp(SILENCE);
        assertEquals(2, versionNegotiation.spoken());
        all.met(A, "a", new Versions(1, 1));
        assertEquals(1, versionNegotiation.spoken());
        all.left(A);
        assertEquals(2, versionNegotiation.spoken());
    }

    private final class Told implements Peers.Listener {

        @Override
        public void changed(PeerInfo node) {
            told.add(node.name() + " " + node.status());
        }

        @Override
        public void gone(Incarnation node) {
            told.add("gone " + node.high());
        }

        @Override
        public void spokenChanged() {
            told.add("spoken changed");
        }

        @Override
        public void givenUp(Incarnation node, PeerInfo known, long lastHeard) {
            assertEquals(Status.GONE, known.status());
            told.add("given up " + known.name() + " " + lastHeard);
        }

        @Override
        public void forgotten(Incarnation node) {
            told.add("forgotten " + node.high());
        }
    }
}
