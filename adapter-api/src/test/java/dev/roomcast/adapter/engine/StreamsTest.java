package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.Streams.Gap;
import dev.roomcast.adapter.engine.Streams.Next;
import dev.roomcast.adapter.engine.Streams.Repeated;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamsTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);

    private final VirtualTime time = new VirtualTime(1);
    private final Counters counters = new Counters();
    private final Beats beats = new Beats();
    /** Three on a channel, and 30 on as many channels. */
    private final Streams streams =
            new Streams(time.execution(), beats, counters, 3L * Streams.STREAM_BYTES * Streams.PARTS);

    @Test
    void whatIsNextIsNext() {
        assertInstanceOf(Next.class, frame("r", A, 1, 7));
        assertInstanceOf(Next.class, frame("r", A, 1, 8));
        assertInstanceOf(Next.class, tail("r", A, 1, 8));
        assertInstanceOf(Next.class, frame("r", A, 1, 9));
    }

    @Test
    void whatHasComeIsRepeated() {
        frame("r", A, 1, 7);
        assertInstanceOf(Repeated.class, frame("r", A, 1, 7));
        assertInstanceOf(Repeated.class, frame("r", A, 1, 6));
        assertInstanceOf(Next.class, frame("s", A, 1, 7), "another channel");
        assertInstanceOf(Next.class, frame("r", B, 1, 7), "another sender");
        assertInstanceOf(Next.class, frame("r", A, 2, 1), "another stream");
    }

    @Test
    void whatDidNotComeIsAGap() {
        frame("r", A, 1, 7);
        long then = time.now();
        pass();
        assertEquals(new Gap(2, then), frame("r", A, 1, 10));
        assertInstanceOf(Repeated.class, frame("r", A, 1, 9), "what comes late after all has been told as lost");
    }

    @Test
    void aTailTellsAGapOnce() {
        frame("r", A, 1, 7);
        long then = time.now();
        pass();
        assertEquals(new Gap(3, then), tail("r", A, 1, 10));
        assertInstanceOf(Next.class, tail("r", A, 1, 10));
        assertInstanceOf(Next.class, frame("r", A, 1, 11));
    }

    @Test
    void aTailProvesThatAllHasComeSoFarUnlessItIsAnOldOne() {
        frame("r", A, 1, 7);
        pass();
        tail("r", A, 1, 7);
        long then = time.now();
        pass();
        tail("r", A, 1, 6);
        assertEquals(new Gap(1, then), frame("r", A, 1, 9));
    }

    @Test
    void marksSayNothingOnAChannelThatIsYoungerThanTheLastHeartbeat() {
        streams.confirmed("old", time.now());
        pass();
        long then = time.now();
        streams.confirmed("s", time.now());
        pass();
        long later = time.now();
        streams.confirmed("r", time.now());
        streams.confirmed("old", time.now());
        assertEquals(List.of("s", "r"), streams.subscribedSince(then), "and on one of that moment");
        assertEquals(List.of("r"), streams.subscribedSince(later));
        assertEquals(List.of("old", "s", "r"), streams.subscribedSince(Beats.NEVER));
        streams.forget("r");
        assertEquals(List.of(), streams.subscribedSince(later));
        streams.forget("old");
        streams.confirmed("old", time.now());
        assertEquals(List.of("old"), streams.subscribedSince(later), "a new beginning");
    }

    @Test
    void onAChannelAllHasComeUntilTheLastFrameOfAnyStream() {
        streams.heard("r", of(A, 1, 7, List.of()), 5);
        streams.heard("r", of(A, 2, 7, List.of()), 9);
        streams.heard("s", of(A, 1, 7, List.of()), 9);
        streams.heard("s", of(A, 2, 7, List.of()), 5);
        assertEquals(Map.of("r", 9L, "s", 9L), streams.completeUntil(A));
    }

    @Test
    void aMarkThatWasHeardAfterTheConfirmationMakesAGapOfABeginning() {
        streams.confirmed("r", time.now());
        pass();
        beats.heard(A, 40, time.now());
        long then = time.now();
        pass();
        assertEquals(
                new Gap(4, then),
                streams.heard("r", of(A, 1, 10, List.of(new Mark(2, 30), new Mark(5, 41))), time.now()));
    }

    @Test
    void aMarkThatWasHeardBeforeTheConfirmationSaysNothing() {
        beats.heard(A, 40, time.now());
        pass();
        streams.confirmed("r", time.now());
        assertInstanceOf(Next.class, streams.heard("r", of(A, 1, 10, List.of(new Mark(5, 40))), time.now()));
    }

    @Test
    void aChannelThatIsConfirmedAgainKeepsWhatWasKnown() {
        streams.confirmed("r", time.now());
        frame("r", A, 1, 7);
        streams.confirmed("r", time.now());
        assertInstanceOf(Gap.class, frame("r", A, 1, 9));
        streams.forget("r");
        assertInstanceOf(Next.class, frame("r", A, 1, 7));
    }

    @Test
    void aNodeThatIsForgottenIsANewOne() {
        frame("r", A, 1, 7);
        frame("s", A, 1, 7);
        frame("s", B, 1, 7);
        assertEquals(Set.of("r", "s"), streams.completeUntil(A).keySet());
        streams.forget(A);
        assertEquals(1, streams.size());
        assertInstanceOf(Next.class, frame("r", A, 1, 7));
        assertInstanceOf(Repeated.class, frame("s", B, 1, 7));
    }

    @Test
    void onAChannelTheStreamThatIsSilentForTheLongestIsForgottenFirst() {
        frame("r", A, 1, 1);
        frame("r", A, 2, 1);
        frame("r", A, 3, 1);
        frame("r", A, 1, 2);
        frame("r", A, 4, 1);
        assertEquals(3, streams.size());
        assertInstanceOf(Repeated.class, frame("r", A, 1, 2));
        assertInstanceOf(Next.class, frame("r", A, 2, 1), "a beginning again");
        assertEquals(2, counters.of(Counters.STREAMS_FORGOTTEN).sum());
    }

    @Test
    void whatWasForgottenForLackOfRoomIsNoGap() {
        streams.confirmed("r", time.now());
        pass();
        beats.heard(A, 40, time.now());
        frame("r", A, 1, 6);
        frame("r", A, 2, 1);
        frame("r", A, 3, 1);
        frame("r", A, 4, 1);
        assertInstanceOf(Next.class, streams.heard("r", of(A, 1, 7, List.of(new Mark(5, 40))), time.now()));
    }

    @Test
    void allTogetherAreBounded() {
        for (int channel = 0; channel < 100; channel++) {
            frame("r" + channel, A, 1, 1);
            assertEquals(Math.min(channel + 1, 30), streams.size());
        }
        assertInstanceOf(Repeated.class, frame("r99", A, 1, 1));
        streams.forget("r99");
        streams.forget(A);
        assertEquals(0, streams.size());
    }

    @Test
    void whatIsAllowedByDefaultHoldsSoManySendersInRooms() {
        int most = EngineOptions.SEQUENCE_BYTES.fallback().orElseThrow();
        Streams wide = new Streams(time.execution(), beats, counters, most);
        for (int room = 0; room < 140_000; room++) {
            wide.heard("r" + room, of(A, 1, 1, List.of()), time.now());
        }
        for (int node = 0; node < 10_000; node++) {
            wide.heard("all", of(new Incarnation(node, 3), 1, 1, List.of()), time.now());
        }
        assertFalse(wide.isShort());
        assertEquals(0, counters.of(Counters.STREAMS_FORGOTTEN).sum());
    }

    @Test
    void itIsShortOfRoomFromTheFirstThatIsForgottenUntilThereIsRoom() {
        for (int channel = 0; channel < 30; channel++) {
            frame("r" + channel, A, 1, 1);
        }
        assertFalse(streams.isShort());
        long full = streams.bytes();
        frame("one more", A, 1, 1);
        assertEquals(full, streams.bytes());
        assertTrue(streams.isShort());
        assertTrue(streams.isShort(), "it is as full as before");
        streams.forget("one more");
        streams.forget("r20");
        assertFalse(streams.isShort());
    }

    @Test
    void itIsShortOfRoomWhileAChannelTakesMoreThanItsPart() {
        for (int stream = 0; stream < 4; stream++) {
            frame("r", A, stream, 1);
        }
        assertTrue(streams.isShort());
        assertFalse(streams.isShort(), "nothing was forgotten since");
    }

    @Test
    void aMarkSaysNothingOnAChannelThatIsNotConfirmed() {
        beats.heard(A, 40, time.now());
        assertInstanceOf(Next.class, streams.heard("r", of(A, 1, 10, List.of(new Mark(5, 40))), time.now()));
    }

    @Test
    void aMarkThatAddsNothingDoesNotMoveTheBeginning() {
        streams.confirmed("r", time.now());
        pass();
        beats.heard(A, 40, time.now());
        pass();
        long then = time.now();
        Frame tail = of(A, 1, 10, List.of(new Mark(10, 40))).with(List.of(new Message.Tail()));
        assertInstanceOf(Next.class, streams.heard("r", tail, time.now()));
        pass();
        assertEquals(new Gap(1, then), frame("r", A, 1, 12));
    }

    @Test
    void ofANodeThatIsForgottenNothingIsLeft() {
        streams.confirmed("r", time.now());
        pass();
        beats.heard(A, 40, time.now());
        frame("r", A, 1, 7);
        frame("s", B, 1, 7);
        streams.forget(A);
        assertEquals(Beats.NEVER, beats.lastUpTo(A, 40, 0));
        assertEquals(Set.of(), streams.completeUntil(A).keySet());
        assertEquals(Set.of("s"), streams.completeUntil(B).keySet());
        for (int channel = 0; channel < 40; channel++) {
            assertInstanceOf(Next.class, frame("t" + channel, B, 1, 1), "an empty channel is not the oldest");
        }
        assertEquals(30, streams.size());
    }

    private Streams.Verdict frame(String channel, Incarnation from, long stream, long number) {
        return streams.heard(channel, of(from, stream, number, List.of()), time.now());
    }

    private Streams.Verdict tail(String channel, Incarnation from, long stream, long number) {
        return streams.heard(
                channel, of(from, stream, number, List.of()).with(List.of(new Message.Tail())), time.now());
    }

    private static Frame of(Incarnation from, long stream, long number, List<Mark> marks) {
        return new Frame(from, stream, number, 0, 1, marks, null, List.of());
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }
}
