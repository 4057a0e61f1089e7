package dev.roomcast.adapter.engine.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.RecordingTransport;
import dev.roomcast.adapter.engine.SimulatedCluster;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What waits in a drain for the end of an outage. */
class BacklogTest {

    private static final Duration AGE = Duration.ofSeconds(10);
    private static final int PACKETS = 5;
    private static final int BYTES = 4_000;

    private final VirtualTime time = new VirtualTime(1);
    private final Execution execution = time.execution();
    private final Counters counters = new Counters();
    private final RecordingTransport transport = new RecordingTransport();
    private final Publisher publisher = new Publisher(
            execution,
            counters,
            new Stages(execution, new Watchdog(execution, Duration.ofMillis(100)), counters),
            new Backlog(new Backlog.Limits(PACKETS, BYTES, AGE)),
            10_000,
            1000);
    private final Incarnation self = new Incarnation(1, 2);
    private final PublishChannel a = new PublishChannel("a", self, null, false, 1);
    private final PublishChannel b = new PublishChannel("b", self, null, false, 2);
    private final PublishChannel all = new PublishChannel("all", self, null, true, 3);
    private final PublishChannel others = new PublishChannel("others", new Incarnation(3, 4), null, false, 4);
    private final Door door = new Door();

    private static final class Door implements Backlog.Gate {

        private boolean open = true;
        private Throwable refusal;

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public Throwable refusal() {
            return refusal;
        }
    }

    @Test
    void nothingWaitsWhereNothingIsWrong() {
        open();
        send(a, "1");
        assertEquals(List.of("a:1"), sent());
        assertEquals(0, publisher.inBacklog());
    }

    @Test
    void whatIsSentInAnOutageLeavesWhenItIsOverBeforeWhatComesLater() {
        open();
        down();
        CompletionStage<?> first = send(a, "1");
        send(all, "2");
        send(b, "3");
        assertEquals(3, publisher.inBacklog());
        CompletionStage<?> impatient = publisher.send(a, new Goodbye());
        pass();
        assertEquals(Outcome.NOT_SENT, failure(impatient).outcome());
        up();
        send(a, "4");
        assertEquals(List.of("a:1", "all:2", "b:3", "a:4"), sent());
        assertEquals(0, publisher.inBacklog());
        transport.passes.get(0).get(0).accepted();
        pass();
        assertTrue(SimulatedCluster.isDone(first));
    }

    @Test
    void whatWaitsForAnAnswerWhenTheBrokerGoesWaitsInFrontOfWhatComesLater() {
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        open();
        CompletionStage<?> inFlight = send(a, "1");
        send(a, "2");
        send(all, "3");
        send(all, "4");
        send(b, "5");
        down();
        send(b, "6");
        transport.passes.stream().flatMap(List::stream).forEach(frame -> frame.unknown(new IllegalStateException()));
        pass();
        assertEquals(Outcome.UNKNOWN, failure(inFlight).outcome());
        up();
        assertEquals(List.of("a:1", "a:2", "all:3", "all:4", "b:5,6"), sent());
    }

    @Test
    void whatWaitsBehindAClosedGateIsNotOvertaken() {
        open();
        door.open = false;
        send(a, "1");
        door.open = true;
        send(a, "2");
        assertEquals(List.of("a:1,2"), sent());
    }

    @Test
    void aGateOfOneNodeIsNotAnothers() {
        open();
        door.open = false;
        send(a, "1");
        publisher.send(others, broadcast("2"), new Door());
        assertEquals(List.of("others:2"), sent());
    }

    @Test
    void tooMuchIsRefused() {
        open();
        down();
        CompletionStage<?> large = send(a, "x".repeat(BYTES));
        assertTrue(failure(large).getMessage().contains("roomcast.outage.bytes"), failure(large)::getMessage);
        for (int i = 0; i < PACKETS; i++) {
            assertFalse(send(a, "" + i).toCompletableFuture().isDone());
        }
        CompletionStage<?> more = send(a, "more");
        assertEquals(Outcome.NOT_SENT, failure(more).outcome());
        assertTrue(failure(more).getMessage().contains("roomcast.outage.packets"), failure(more)::getMessage);
        up();
        assertEquals(List.of("a:0,1,2,3,4"), sent());
    }

    @Test
    void tooMuchThatComesBackIsRefusedToo() {
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        open();
        List<CompletionStage<?>> stages = new ArrayList<>();
        for (int i = 0; i < 2 * PACKETS; i++) {
            stages.add(send(a, "" + i));
        }
        down();
        assertEquals(PACKETS, publisher.inBacklog());
        assertTrue(failure(stages.get(PACKETS + 1)).getMessage().contains("roomcast.outage.packets"));
        assertFalse(stages.get(PACKETS).toCompletableFuture().isDone());
    }

    @Test
    void tooOldIsRefusedWhenItIs() {
        open();
        down();
        CompletionStage<?> old = send(a, "1");
        time.pass(AGE.dividedBy(2));
        CompletionStage<?> young = send(b, "2");
        time.pass(AGE.dividedBy(2).plusMillis(1));
        assertEquals(Outcome.NOT_SENT, failure(old).outcome());
        assertTrue(failure(old).getMessage().contains("roomcast.outage.age"), failure(old)::getMessage);
        assertFalse(young.toCompletableFuture().isDone());
        time.pass(AGE.dividedBy(2));
        assertTrue(failure(young).getMessage().contains("roomcast.outage.age"));
        up();
        assertEquals(List.of(), sent());
    }

    @Test
    void whatMustNotLeaveAnyMoreIsRefusedAtTheGate() {
        open();
        door.open = false;
        CompletionStage<?> waiting = send(a, "1");
        door.refusal = new IllegalStateException("left out");
        door.open = true;
        publisher.run();
        pass();
        assertTrue(failure(waiting).getMessage().contains("left out"));
        assertEquals(0, publisher.inBacklog());
    }

    @Test
    void aNodeThatEndsLeavesNothing() {
        open();
        down();
        CompletionStage<?> own = send(a, "1");
        CompletionStage<?> other = publisher.send(others, broadcast("2"), new Door());
        publisher.abandon(self);
        pass();
        assertEquals(Outcome.CLOSED, failure(own).outcome());
        assertFalse(other.toCompletableFuture().isDone());
        publisher.close();
        pass();
        assertEquals(Outcome.CLOSED, failure(other).outcome());
        assertEquals(Outcome.CLOSED, failure(send(a, "3")).outcome());
        assertEquals(0, publisher.inBacklog());
    }

    @Test
    void whatWaitsBeforeTheBeginningIsSent() {
        publisher.down(new IllegalStateException("not reached yet"));
        send(a, "1");
        open();
        assertEquals(List.of("a:1"), sent());
    }

    private void open() {
        publisher.open(transport, () -> {});
        up();
    }

    private void up() {
        publisher.down(null);
        pass();
    }

    private void down() {
        publisher.down(new IllegalStateException("gone"));
        pass();
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    private CompletionStage<?> send(PublishChannel channel, String text) {
        CompletionStage<?> stage = publisher.send(channel, broadcast(text), door);
        pass();
        return stage;
    }

    private static Broadcast broadcast(String text) {
        return new Broadcast(Target.everyone(), Packet.text(text));
    }

    /** Of each frame: channel and packets. */
    private List<String> sent() {
        return transport.passes.stream()
                .flatMap(List::stream)
                .map(frame -> frame.channel() + ":"
                        + String.join(
                                ",",
                                FrameCodec.decode(frame.bytes(), null).messages().stream()
                                        .map(message ->
                                                ((Broadcast) message).packet().text())
                                        .toList()))
                .toList();
    }

    private static AdapterException failure(CompletionStage<?> stage) {
        assertTrue(stage.toCompletableFuture().isDone(), "still pending");
        CompletionException thrown = assertThrows(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        return (AdapterException) thrown.getCause();
    }
}
