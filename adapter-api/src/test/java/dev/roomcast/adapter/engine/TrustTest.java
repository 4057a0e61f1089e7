package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who is known, and what of it is fresh. */
class TrustTest {

    private static final Incarnation A = new Incarnation(1, 1);

    private final VirtualTime time = new VirtualTime(1);
    private final Counters counters = new Counters();
    private final Map<Incarnation, Long> asked = new LinkedHashMap<>();
    private final Trust trust = new Trust(time.execution(), counters, asked::put);

    @Test
    void aStrangerIsKnownOnceItHasSignedTheNumberThatWasDrawnForIt() {
        Trust.Held first = held(10);
        trust.hold(A, first);
        trust.hold(A, held(10));
        assertFalse(trust.knows(A));
        assertEquals(List.of(), trust.signed(A, asked.get(A) + 1, 0));
        List<Trust.Held> all = trust.signed(A, asked.get(A), 0);
        assertEquals(2, all.size());
        assertEquals(first, all.get(0));
        assertTrue(trust.knows(A));
        assertEquals(List.of(), trust.signed(A, asked.get(A), 0), "once");
    }

    @Test
    void onlyAHigherPlaceIsFresh() {
        trust.hold(A, held(10));
        trust.signed(A, asked.get(A), 5);
        assertFalse(trust.isFresh(frame(5)));
        assertTrue(trust.isFresh(frame(6)));
        assertTrue(trust.isFresh(frame(9)));
        assertFalse(trust.isFresh(frame(9)));
        assertFalse(trust.isFresh(frame(7)));
        assertEquals(3, replayed());
    }

    @Test
    void whoIsForgottenIsAStrangerWithAnotherNumber() {
        trust.hold(A, held(10));
        long number = asked.get(A);
        trust.signed(A, number, 0);
        trust.forget(A);
        assertFalse(trust.knows(A));
        trust.hold(A, held(10));
        assertEquals(List.of(), trust.signed(A, number, 0));
    }

    @Test
    void whatIsHeldIsBoundedAndEndsWithPatienceAndChannel() {
        trust.hold(A, held(1 << 20));
        trust.hold(A, held(1));
        assertEquals(1, replayed());
        time.pass(Duration.ofSeconds(2));
        trust.beat(Duration.ofSeconds(2).toNanos());
        assertEquals(1, replayed());
        time.pass(Duration.ofMillis(1));
        trust.beat(Duration.ofSeconds(2).toNanos());
        assertEquals(2, replayed());
        trust.hold(A, held(1));
        trust.forget("channel");
        assertEquals(List.of(), trust.signed(A, asked.get(A), 0));
        assertTrue(trust.knows(A));
    }

    @Test
    void strangersAreBoundedAndTheLongestSilentGoes() {
        trust.hold(A, held(1));
        for (int i = 0; i < 256; i++) {
            trust.hold(new Incarnation(2, i), held(1));
        }
        assertEquals(1, replayed());
        assertEquals(List.of(), trust.signed(A, asked.get(A), 0));
        assertFalse(trust.knows(A));
    }

    private long replayed() {
        TreeMap<String, Long> counted = new TreeMap<>();
        counters.copyTo(counted);
        return counted.get(Counters.FRAMES_REPLAYED);
    }

    private static Trust.Held held(int bytes) {
        return new Trust.Held("channel", new byte[bytes], null);
    }

    private static Frame frame(long order) {
        return Frame.outline(Codec.FIRST, A, 1, 1, order, false);
    }
}
