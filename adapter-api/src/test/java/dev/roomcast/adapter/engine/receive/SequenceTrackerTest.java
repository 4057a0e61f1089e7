package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.receive.SequenceTracker.Gap;
import dev.roomcast.adapter.engine.receive.SequenceTracker.Next;
import dev.roomcast.adapter.engine.receive.SequenceTracker.Repeated;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);

    private final VirtualTime time = new VirtualTime(1);
    private final Counters counters = new Counters();
    private final HeartbeatHistory heartbeatHistory = new HeartbeatHistory();
    /** Three on a channel, and 30 on as many channels. */
    private final SequenceTracker sequenceTracker = new SequenceTracker(
            time.execution(), heartbeatHistory, counters, 3L * SequenceTracker.STREAM_BYTES * SequenceTracker.PARTS);

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
        sequenceTracker.confirmed("old", time.now());
        pass();
        long then = time.now();
        sequenceTracker.confirmed("s", time.now());
        pass();
        long later = time.now();
        sequenceTracker.confirmed("r", time.now());
        sequenceTracker.confirmed("old", time.now());
        assertEquals(List.of("s", "r"), sequenceTracker.subscribedSince(then), "and on one of that moment");
        assertEquals(List.of("r"), sequenceTracker.subscribedSince(later));
        assertEquals(List.of("old", "s", "r"), sequenceTracker.subscribedSince(HeartbeatHistory.NEVER));
        sequenceTracker.forget("r");
        assertEquals(List.of(), sequenceTracker.subscribedSince(later));
        sequenceTracker.forget("old");
        sequenceTracker.confirmed("old", time.now());
        assertEquals(List.of("old"), sequenceTracker.subscribedSince(later), "a new beginning");
    }

    @Test
    void onAChannelAllHasComeUntilTheLastFrameOfAnyStream() {
        sequenceTracker.heard("r", of(A, 1, 7, List.of()), 5);
        sequenceTracker.heard("r", of(A, 2, 7, List.of()), 9);
        sequenceTracker.heard("s", of(A, 1, 7, List.of()), 9);
        sequenceTracker.heard("s", of(A, 2, 7, List.of()), 5);
        assertEquals(Map.of("r", 9L, "s", 9L), sequenceTracker.completeUntil(A));
    }

    @Test
    void aMarkThatWasHeardAfterTheConfirmationMakesAGapOfABeginning() {
        sequenceTracker.confirmed("r", time.now());
        pass();
        heartbeatHistory.heard(A, 40, time.now());
        long then = time.now();
        pass();
        assertEquals(
                new Gap(4, then),
                sequenceTracker.heard(
                        "r", of(A, 1, 10, List.of(new HeartbeatMark(2, 30), new HeartbeatMark(5, 41))), time.now()));
    }

    @Test
    void aMarkThatWasHeardBeforeTheConfirmationSaysNothing() {
        heartbeatHistory.heard(A, 40, time.now());
        pass();
        sequenceTracker.confirmed("r", time.now());
        assertInstanceOf(
                Next.class, sequenceTracker.heard("r", of(A, 1, 10, List.of(new HeartbeatMark(5, 40))), time.now()));
    }

    @Test
    void aChannelThatIsConfirmedAgainKeepsWhatWasKnown() {
        sequenceTracker.confirmed("r", time.now());
        frame("r", A, 1, 7);
        sequenceTracker.confirmed("r", time.now());
        assertInstanceOf(Gap.class, frame("r", A, 1, 9));
        sequenceTracker.forget("r");
        assertInstanceOf(Next.class, frame("r", A, 1, 7));
    }

    @Test
    void aNodeThatIsForgottenIsANewOne() {
        frame("r", A, 1, 7);
        frame("s", A, 1, 7);
        frame("s", B, 1, 7);
        assertEquals(Set.of("r", "s"), sequenceTracker.completeUntil(A).keySet());
        sequenceTracker.forget(A);
        assertEquals(1, sequenceTracker.size());
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
        assertEquals(3, sequenceTracker.size());
        assertInstanceOf(Repeated.class, frame("r", A, 1, 2));
        assertInstanceOf(Next.class, frame("r", A, 2, 1), "a beginning again");
        assertEquals(2, counters.of(Counters.STREAMS_FORGOTTEN).sum());
    }

    @Test
    void whatWasForgottenForLackOfRoomIsNoGap() {
        sequenceTracker.confirmed("r", time.now());
        pass();
        heartbeatHistory.heard(A, 40, time.now());
        frame("r", A, 1, 6);
        frame("r", A, 2, 1);
        frame("r", A, 3, 1);
        frame("r", A, 4, 1);
        assertInstanceOf(
                Next.class, sequenceTracker.heard("r", of(A, 1, 7, List.of(new HeartbeatMark(5, 40))), time.now()));
    }

    @Test
    void allTogetherAreBounded() {
        for (int channel = 0; channel < 100; channel++) {
            frame("r" + channel, A, 1, 1);
            assertEquals(Math.min(channel + 1, 30), sequenceTracker.size());
        }
        assertInstanceOf(Repeated.class, frame("r99", A, 1, 1));
        sequenceTracker.forget("r99");
        sequenceTracker.forget(A);
        assertEquals(0, sequenceTracker.size());
    }

    @Test
    void whatIsAllowedByDefaultHoldsSoManySendersInRooms() {
        int most = EngineOptions.SEQUENCE_BYTES.fallback().orElseThrow();
        SequenceTracker wide = new SequenceTracker(time.execution(), heartbeatHistory, counters, most);
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
        assertFalse(sequenceTracker.isShort());
        long full = sequenceTracker.bytes();
        frame("one more", A, 1, 1);
        assertEquals(full, sequenceTracker.bytes());
        assertTrue(sequenceTracker.isShort());
        assertTrue(sequenceTracker.isShort(), "it is as full as before");
        sequenceTracker.forget("one more");
        sequenceTracker.forget("r20");
        assertFalse(sequenceTracker.isShort());
    }

    @Test
    void itIsShortOfRoomWhileAChannelTakesMoreThanItsPart() {
        for (int stream = 0; stream < 4; stream++) {
            frame("r", A, stream, 1);
        }
        assertTrue(sequenceTracker.isShort());
        assertFalse(sequenceTracker.isShort(), "nothing was forgotten since");
    }

    @Test
    void aMarkSaysNothingOnAChannelThatIsNotConfirmed() {
        heartbeatHistory.heard(A, 40, time.now());
        assertInstanceOf(
                Next.class, sequenceTracker.heard("r", of(A, 1, 10, List.of(new HeartbeatMark(5, 40))), time.now()));
    }

    @Test
    void aMarkThatAddsNothingDoesNotMoveTheBeginning() {
        sequenceTracker.confirmed("r", time.now());
        pass();
        heartbeatHistory.heard(A, 40, time.now());
        pass();
        long then = time.now();
        Frame tail = of(A, 1, 10, List.of(new HeartbeatMark(10, 40))).with(List.of(new Message.LastSequence()));
        assertInstanceOf(Next.class, sequenceTracker.heard("r", tail, time.now()));
        pass();
        assertEquals(new Gap(1, then), frame("r", A, 1, 12));
    }

    @Test
    void ofANodeThatIsForgottenNothingIsLeft() {
        sequenceTracker.confirmed("r", time.now());
        pass();
        heartbeatHistory.heard(A, 40, time.now());
        frame("r", A, 1, 7);
        frame("s", B, 1, 7);
        sequenceTracker.forget(A);
        assertEquals(HeartbeatHistory.NEVER, heartbeatHistory.lastUpTo(A, 40, 0));
        assertEquals(Set.of(), sequenceTracker.completeUntil(A).keySet());
        assertEquals(Set.of("s"), sequenceTracker.completeUntil(B).keySet());
        for (int channel = 0; channel < 40; channel++) {
            assertInstanceOf(Next.class, frame("t" + channel, B, 1, 1), "an empty channel is not the oldest");
        }
        assertEquals(30, sequenceTracker.size());
    }

    private SequenceTracker.Verdict frame(String channel, Incarnation from, long stream, long number) {
        return sequenceTracker.heard(channel, of(from, stream, number, List.of()), time.now());
    }

    private SequenceTracker.Verdict tail(String channel, Incarnation from, long stream, long number) {
        return sequenceTracker.heard(
                channel, of(from, stream, number, List.of()).with(List.of(new Message.LastSequence())), time.now());
    }

    private static Frame of(Incarnation from, long stream, long number, List<HeartbeatMark> marks) {
        return new Frame(from, stream, number, 0, 1, marks, null, List.of());
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }
}
