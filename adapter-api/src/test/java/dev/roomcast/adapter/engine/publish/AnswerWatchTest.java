package dev.roomcast.adapter.engine.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.engine.RecordingTransport;
import dev.roomcast.adapter.engine.SimulatedCluster;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import dev.roomcast.adapter.spi.Outgoing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Frames that a transport does not answer hold up neither their callers nor later frames (Rule 2.27). */
class AnswerWatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int MOST_PASSES = 2;

    private final VirtualTime time = new VirtualTime(1);
    private final Execution execution = time.execution();
    private final Counters counters = new Counters();
    private final RecordingTransport transport = new RecordingTransport();
    private final Publisher publisher = new Publisher(
            execution,
            counters,
            new Stages(execution, new Watchdog(execution, Duration.ofMillis(100)), counters),
            new Backlog(Backlog.Limits.NONE),
            10_000,
            MOST_PASSES);
    private final PublishChannel a = new PublishChannel("a", new Incarnation(1, 2), null, false, 1);
    private final PublishChannel b = new PublishChannel("b", new Incarnation(1, 2), null, false, 2);
    private int changes;
    private final AnswerWatch watch = new AnswerWatch(execution, counters, publisher, () -> changes++);

    AnswerWatchTest() {
        transport.capabilities =
                transport.capabilities.toBuilder().confirmWithin(LIMIT).build();
        publisher.open(transport, () -> {});
        publisher.down(null);
        watch.begin(transport);
        pass(Duration.ofMillis(1));
    }

    private void pass(Duration duration) {
        time.pass(duration);
    }

    private CompletionStage<?> send(PublishChannel channel) {
        return publisher.send(channel, new Goodbye());
    }

    private static Outcome outcome(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().getNow(null);
        } catch (CompletionException e) {
            return ((AdapterException) Objects.requireNonNull(e.getCause())).outcome();
        }
        throw new AssertionError("not failed: " + stage);
    }

    @Test
    void framesWithoutAnAnswerFailAsUnknownAndTheirConnectionIsEndedBeforeTheNextLeave() {
        CompletionStage<?> first = send(a);
        CompletionStage<?> second = send(b);
        CompletionStage<?> waiting = send(b);
        assertEquals(MOST_PASSES, transport.passes.size(), "the third waits for an answer");
        transport.duringPublish = () -> assertEquals(1, transport.commands.size(), "the reset comes before the frame");

        pass(LIMIT.multipliedBy(2).minusMillis(1));
        assertEquals(List.of(), transport.commands);
        pass(LIMIT.multipliedBy(2).plusMillis(2));

        assertEquals(Outcome.UNKNOWN, outcome(first));
        assertEquals(Outcome.UNKNOWN, outcome(second));
        assertEquals(List.of("reset publishing [a, b]"), transport.takeCommands());
        assertEquals(2, counters.of(Counters.FRAMES_UNANSWERED).sum());
        assertEquals(2, counters.of(Counters.MESSAGES_UNKNOWN).sum());
        String silence = String.valueOf(Objects.requireNonNull(watch.silence()).getMessage());
        assertEquals(
                "the transport has not answered 2 frames within 2000 ms, the oldest on channel a, on 2 channels in all",
                silence);
        assertEquals(1, changes);

        assertEquals(MOST_PASSES + 1, transport.passes.size(), "what has waited leaves");
        transport.passes.get(MOST_PASSES).forEach(Outgoing::accepted);
        pass(LIMIT);
        assertTrue(SimulatedCluster.isDone(waiting));
        assertNull(watch.silence(), "it is over with the next frame that is accepted");
        assertEquals(2, changes);
    }

    @Test
    void framesThatAreAnsweredInTimeAreLeftAlone() {
        for (int i = 0; i < 20; i++) {
            send(a);
            pass(LIMIT.multipliedBy(2).minusMillis(1));
            transport.passes.get(i).forEach(Outgoing::accepted);
        }
        assertEquals(List.of(), transport.commands);
        assertEquals(0, counters.of(Counters.FRAMES_UNANSWERED).sum());
        assertNull(watch.silence());
    }

    @Test
    void answersThatCameWhileTheProcessStoodStillAreInTime() {
        CompletionStage<?> stage = send(a);
        time.stall(LIMIT.multipliedBy(60));
        // The look that was due runs first, and then what was read from the network.
        pass(Duration.ZERO);
        transport.passes.get(0).forEach(Outgoing::accepted);
        pass(LIMIT.multipliedBy(5));
        assertTrue(SimulatedCluster.isDone(stage));
        assertEquals(List.of(), transport.commands);
    }

    @Test
    void aTransportThatStaysSilentIsResetAgainAndAgain() {
        for (int i = 1; i <= 3; i++) {
            CompletionStage<?> stage = send(a);
            pass(LIMIT.multipliedBy(4));
            assertEquals(Outcome.UNKNOWN, outcome(stage));
            assertEquals(i, transport.commands.size());
            assertNotNull(watch.silence());
        }
    }

    @Test
    void anAnswerThatComesTooLateChangesNothing() {
        CompletionStage<?> stage = send(a);
        pass(LIMIT.multipliedBy(4));
        transport.passes.get(0).forEach(Outgoing::accepted);
        pass(LIMIT);
        assertEquals(Outcome.UNKNOWN, outcome(stage));
        assertEquals(0, counters.of(Counters.MESSAGES_SENT).sum());
    }
}
