package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Departures;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who is known, and what of it is fresh. */
class PeerAuthenticatorTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final List<Departures> NO_DEPARTURES = List.of();

    private final VirtualTime time = new VirtualTime(1);
    private final Counters counters = new Counters();
    private final Map<Incarnation, Long> asked = new LinkedHashMap<>();
    private final List<String> missed = new ArrayList<>();
    private final PeerAuthenticator peerAuthenticator = new PeerAuthenticator(
            time.execution(),
            counters,
            () -> 0,
            asked::put,
            (from, channels, since) -> missed.add(from + " " + channels));

    @Test
    void aStrangerIsKnownOnceItHasSignedTheNumberThatWasDrawnForIt() {
        PeerAuthenticator.Held first = held(10);
        peerAuthenticator.hold(A, first);
        peerAuthenticator.hold(A, held(10));
        assertFalse(peerAuthenticator.knows(A));
        assertEquals(List.of(), peerAuthenticator.signed(A, asked.get(A) + 1, NO_DEPARTURES, 0));
        List<PeerAuthenticator.Held> all = peerAuthenticator.signed(A, asked.get(A), NO_DEPARTURES, 0);
        assertEquals(2, all.size());
        assertEquals(first, all.get(0));
        assertTrue(peerAuthenticator.knows(A));
        assertEquals(List.of(), peerAuthenticator.signed(A, asked.get(A), NO_DEPARTURES, 0), "once");
    }

    @Test
    void onlyAHigherPlaceIsFresh() {
        peerAuthenticator.hold(A, held(10));
        peerAuthenticator.signed(A, asked.get(A), NO_DEPARTURES, 0);
        assertTrue(peerAuthenticator.isFresh(frame(6)));
        assertTrue(peerAuthenticator.isFresh(frame(9)));
        assertFalse(peerAuthenticator.isFresh(frame(9)));
        assertFalse(peerAuthenticator.isFresh(frame(7)));
        assertEquals(2, replayed());
    }

    @Test
    void whereFramesOvertakeEachOtherEachIsFreshOnce() {
        ReplayWindow fresh = new ReplayWindow(4, 5);
        assertFalse(fresh.take(5));
        assertTrue(fresh.take(7));
        assertTrue(fresh.take(9));
        assertFalse(fresh.take(9));
        assertTrue(fresh.take(8), "it was overtaken");
        assertFalse(fresh.take(8));
        assertTrue(fresh.take(6), "by three");
        assertFalse(fresh.take(6));
        assertTrue(fresh.take(11));
        assertFalse(fresh.take(7), "nobody remembers so far back");
        assertFalse(fresh.take(8));
        assertTrue(fresh.take(10));
        assertTrue(fresh.take(100));
        assertTrue(fresh.take(97));
        assertFalse(fresh.take(96));
        assertTrue(fresh.take(98));
    }

    @Test
    void whatLeftBeforeThisNodeListenedIsOldAndNoLoss() {
        long listensSince = time.now();
        time.pass(Duration.ofMillis(1500));
        peerAuthenticator.hold(A, held(10));
        List<Departures> departures =
                List.of(new Departures(500, 40), new Departures(1_500, 30), new Departures(2_500, 20));
        peerAuthenticator.signed(A, asked.get(A), departures, listensSince);
        assertFalse(peerAuthenticator.isFresh(frame(20)));
        assertTrue(peerAuthenticator.isFresh(frame(21)), "it may have left just then");
        assertEquals(List.of(), missed);
    }

    @Test
    void whatLeftBeforeAnythingIsKnownOfIsDroppedAndToldAsMissed() {
        long listensSince = time.now();
        time.pass(Duration.ofSeconds(60));
        peerAuthenticator.hold(A, new PeerAuthenticator.Held("early", 20, 0, new byte[1], null));
        peerAuthenticator.hold(A, new PeerAuthenticator.Held("late", 21, 0, new byte[1], null));
        peerAuthenticator.signed(
                A, asked.get(A), List.of(new Departures(500, 40), new Departures(1_500, 20)), listensSince);
        assertFalse(peerAuthenticator.isFresh(frame(20)));
        assertTrue(peerAuthenticator.isFresh(frame(21)));
        assertEquals(List.of(A + " [early]"), missed);
    }

    @Test
    void whoIsForgottenIsAStrangerWithAnotherNumber() {
        peerAuthenticator.hold(A, held(10));
        long number = asked.get(A);
        peerAuthenticator.signed(A, number, NO_DEPARTURES, 0);
        peerAuthenticator.forget(A);
        assertFalse(peerAuthenticator.knows(A));
        peerAuthenticator.hold(A, held(10));
        assertEquals(List.of(), peerAuthenticator.signed(A, number, NO_DEPARTURES, 0));
    }

    /** What others could not hand over to this node while it knew the sender, they cannot afterwards. */
    @Test
    void whatWasOldBeforeANodeWasForgottenIsOldIfItComesBack() {
        long listensSince = time.now();
        time.pass(Duration.ofSeconds(60));
        peerAuthenticator.hold(A, held(10));
        peerAuthenticator.signed(A, asked.get(A), NO_DEPARTURES, 0);
        assertTrue(peerAuthenticator.isFresh(frame(9)));
        peerAuthenticator.forget(A);
        peerAuthenticator.hold(A, new PeerAuthenticator.Held("channel", 7, 0, new byte[1], null));
        peerAuthenticator.signed(
                A, asked.get(A), List.of(new Departures(500, 12), new Departures(1_500, 8)), listensSince);
        assertFalse(peerAuthenticator.isFresh(frame(7)));
        assertFalse(peerAuthenticator.isFresh(frame(9)));
        assertTrue(peerAuthenticator.isFresh(frame(10)));
        assertEquals(List.of(), missed);
    }

    @Test
    void whatIsHeldIsBoundedAndEndsWithPatienceAndChannel() {
        peerAuthenticator.hold(A, held(1 << 20));
        peerAuthenticator.hold(A, held(1));
        assertEquals(1, replayed());
        time.pass(Duration.ofSeconds(2));
        peerAuthenticator.beat(Duration.ofSeconds(2).toNanos());
        assertEquals(1, replayed());
        time.pass(Duration.ofMillis(1));
        peerAuthenticator.beat(Duration.ofSeconds(2).toNanos());
        assertEquals(2, replayed());
        assertEquals(List.of(A + " [channel]"), missed);
        peerAuthenticator.hold(A, held(1));
        peerAuthenticator.forget("channel");
        assertEquals(List.of(), peerAuthenticator.signed(A, asked.get(A), NO_DEPARTURES, 0));
        assertTrue(peerAuthenticator.knows(A));
    }

    @Test
    void strangersAreBoundedAndTheLongestSilentGoes() {
        peerAuthenticator.hold(A, held(1));
        for (int i = 0; i < 256; i++) {
            peerAuthenticator.hold(new Incarnation(2, i), held(1));
        }
        assertEquals(1, replayed());
        assertEquals(List.of(A + " [channel]"), missed);
        assertEquals(List.of(), peerAuthenticator.signed(A, asked.get(A), NO_DEPARTURES, 0));
        assertFalse(peerAuthenticator.knows(A));
    }

    private long replayed() {
        TreeMap<String, Long> counted = new TreeMap<>();
        counters.copyTo(counted);
        return counted.get(Counters.FRAMES_REPLAYED);
    }

    private static PeerAuthenticator.Held held(int bytes) {
        return new PeerAuthenticator.Held("channel", 1, 0, new byte[bytes], null);
    }

    private static Frame frame(long order) {
        return Frame.outline(Frame.FIRST_VERSION, A, 1, 1, order, false);
    }
}
