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
import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import dev.roomcast.adapter.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherTest {

    private static final int LIMIT = 40_000;
    private static final Backlog NO_BACKLOG = new Backlog(Backlog.Limits.NONE);

    private final VirtualTime time = new VirtualTime(1);
    private final Execution execution = time.execution();
    private final Counters counters = new Counters();
    private final RecordingTransport transport = new RecordingTransport();
    private final Publisher publisher = new Publisher(
            execution,
            counters,
            new Stages(execution, new Watchdog(execution, Duration.ofMillis(100)), counters),
            NO_BACKLOG,
            LIMIT,
            1000);
    private final PublishChannel a = channel("a", false, 1);
    private final PublishChannel b = channel("b", false, 2);
    private final PublishChannel all = channel("all", true, 3);

    @Test
    void anIdleDrainSendsAtOnceOnTheCallersThread() {
        open();
        CompletionStage<?> stage = send(a, "1");
        assertEquals(List.of("a:1#1"), sent());
        transport.passes.get(0).get(0).accepted();
        assertFalse(stage.toCompletableFuture().isDone(), "what hangs on a stage runs elsewhere");
        pass();
        assertTrue(SimulatedCluster.isDone(stage));
    }

    @Test
    void aBusyDrainPutsWhatWaitsForAChannelIntoOneFrame() {
        open();
        transport.duringPublish = () -> {
            send(a, "2");
            send(b, "3");
            send(a, "4");
            assertEquals(1, transport.passes.size(), "the transport has one caller at a time");
        };
        send(a, "1");
        pass();
        assertEquals(List.of("a:1#1", "a:2,4#2", "b:3#1"), sent());
        assertEquals(2, transport.passes.size());
    }

    @Test
    void whatIsNotForOneRoomIsABarrier() {
        open();
        transport.duringPublish = () -> {
            send(a, "1");
            send(all, "2");
            send(all, "3");
            send(a, "4");
            send(b, "5");
            send(all, "6");
            send(a, "7");
        };
        send(b, "0");
        pass();
        assertEquals(List.of("b:0#1", "a:1#1", "all:2,3#1", "a:4#2", "b:5#2", "all:6#2", "a:7#3"), sent());
    }

    @Test
    void framesStayWithinTheTransportsLimit() {
        open();
        transport.duringPublish = () -> {
            for (int i = 0; i < 9; i++) {
                send(a, "x".repeat(1000));
            }
        };
        send(b, "0");
        pass();
        int packets = 0;
        for (Outgoing frame : transport.passes.get(1)) {
            assertTrue(frame.bytes().length <= 4096, "a frame of " + frame.bytes().length);
            packets += FrameCodec.decode(frame.bytes(), null).messages().size();
        }
        assertEquals(9, packets);
    }

    @Test
    void nothingIsQueuedWhileTheBrokerIsAway() {
        CompletionStage<?> early = send(a, "1");
        open();
        publisher.down(new IllegalStateException("gone"));
        CompletionStage<?> late = send(a, "2");
        pass();
        assertEquals(Outcome.NOT_SENT, failure(early).outcome());
        assertTrue(failure(late).getMessage().contains("gone"));
        publisher.down(null);
        pass();
        send(a, "3");
        assertEquals(List.of("a:3#1"), sent());
    }

    @Test
    void whatWaitsWhenTheBrokerGoesIsNotSent() {
        open();
        CompletionStage<?>[] waiting = new CompletionStage<?>[1];
        transport.duringPublish = () -> {
            waiting[0] = send(a, "2");
            publisher.down(new IllegalStateException("gone"));
        };
        send(a, "1");
        pass();
        assertEquals(Outcome.NOT_SENT, failure(waiting[0]).outcome());
        assertEquals(List.of("a:1#1"), sent());
    }

    @Test
    void theQueueIsBounded() {
        open();
        List<CompletionStage<?>> stages = new ArrayList<>();
        transport.duringPublish = () -> {
            for (int i = 0; i < 20; i++) {
                stages.add(send(a, "x".repeat(1000)));
            }
        };
        send(b, "0");
        pass();
        assertTrue(failure(stages.get(19)).getMessage().contains("roomcast.queue.bytes"));
        transport.passes.stream().flatMap(List::stream).forEach(Outgoing::accepted);
        pass();
        assertTrue(SimulatedCluster.isDone(stages.get(0)));
        send(b, "1");
        assertEquals("b:1#2", sent().get(sent().size() - 1), "there is room again");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1000})
    void aNodeThatEndsLeavesNothingPendingAndDisturbsNoOther(int mostPasses) {
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        Publisher narrow = new Publisher(
                execution,
                counters,
                new Stages(execution, new Watchdog(execution, Duration.ofMillis(100)), counters),
                NO_BACKLOG,
                10_000,
                mostPasses);
        narrow.open(transport, () -> {});
        narrow.down(null);
        pass();
        PublishChannel others = new PublishChannel("others", new Incarnation(3, 4), null, false, 4);
        // In flight; held for its window; a barrier that waits for its own, and what is behind it; or not looked at
        // yet.
        List<CompletionStage<?>> pending = new ArrayList<>();
        for (PublishChannel channel : List.of(all, a, a, all, b)) {
            pending.add(narrow.send(channel, new Goodbye()));
        }
        CompletionStage<?> other = narrow.send(others, new Goodbye());
        CompletionStage<?> held = narrow.send(others, new Goodbye());
        pass();
        int before = channels().size();
        narrow.abandon(new Incarnation(1, 2));
        pass();
        for (CompletionStage<?> stage : pending) {
            assertTrue(stage.toCompletableFuture().isDone(), "stage " + pending.indexOf(stage));
            assertEquals(Outcome.CLOSED, failure(stage).outcome());
        }
        transport.passes.stream().flatMap(List::stream).forEach(Outgoing::accepted);
        pass();
        transport.passes.stream().flatMap(List::stream).forEach(Outgoing::accepted);
        pass();
        assertTrue(SimulatedCluster.isDone(other));
        assertTrue(SimulatedCluster.isDone(held));
        assertEquals(
                Set.of("others"),
                Set.copyOf(channels().subList(before, channels().size())));
    }

    @Test
    void whatComesWhileTwoPassesAreInFlightLeavesInOnePass() {
        Publisher narrow = new Publisher(
                execution,
                counters,
                new Stages(execution, new Watchdog(execution, Duration.ofMillis(100)), counters),
                NO_BACKLOG,
                10_000,
                2);
        narrow.open(transport, () -> {});
        narrow.down(null);
        pass();
        for (PublishChannel channel : List.of(a, b, a, b, all)) {
            narrow.send(channel, new Goodbye());
        }
        assertEquals(2, transport.passes.size());
        answer(0);
        assertEquals(List.of("a", "b", "all"), channels(transport.passes.get(2)));
        narrow.send(a, new Goodbye());
        narrow.down(new IllegalStateException("gone"));
        pass();
        assertEquals(3, transport.passes.size(), "what waits when the broker goes is refused, and waits no more");
        assertEquals(1, counters.of(Counters.MESSAGES_NOT_SENT).sum());
    }

    private static List<String> channels(List<Outgoing> frames) {
        return frames.stream().map(Outgoing::channel).toList();
    }

    @Test
    void atItsWindowAChannelCollectsWhatComesUntilAnAnswer() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(2).build();
        for (int i = 1; i <= 5; i++) {
            send(a, "" + i);
        }
        send(b, "6");
        assertEquals(List.of("a:1#1", "a:2#2", "b:6#1"), sent());
        answer(0);
        assertEquals(List.of("a:1#1", "a:2#2", "b:6#1", "a:3,4,5#3"), sent());
        send(a, "7");
        assertEquals(4, sent().size());
        answer(1);
        assertEquals("a:7#4", sent().get(4));
    }

    @Test
    void orderInARoomHoldsHoweverManyOtherChannelsAreUsed() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        PublishChannels out = new PublishChannels(
                new ChannelNames("rc", "/", 200),
                new Incarnation(1, 2),
                new FrameWriter(() -> 0, () -> Frame.FIRST_VERSION, null),
                () -> false,
                channel -> {});
        send(out.of(Target.room("r")), "1");
        send(out.of(Target.room("r")), "2");
        send(out.of(Target.room("r")), "3");
        for (int i = 0; i < 1 << 16; i++) {
            out.of(Target.room("another " + i));
        }
        send(out.of(Target.room("r")), "4");
        assertEquals(List.of("rc._2F.room.r:1#1"), sent());
        answer(0);
        assertEquals(List.of("rc._2F.room.r:1#1", "rc._2F.room.r:2,3,4#2"), sent());
    }

    @Test
    void aBarrierFlushesWhatWaitsAndWaitsForItsOwnWindow() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        send(a, "1");
        send(a, "2");
        send(all, "3");
        assertEquals(List.of("a:1#1", "a:2#2", "all:3#1"), sent(), "a barrier flushes what is before it");
        send(a, "4");
        send(all, "5");
        send(b, "6");
        send(all, "7");
        send(a, "8");
        assertEquals(List.of("a:1#1", "a:2#2", "all:3#1"), sent());
        answer(2);
        pass();
        assertEquals(
                List.of("a:4#3", "all:5#2"), sent().subList(3, 5), "and what waits behind it does not overtake it");
        answer(4);
        pass();
        assertEquals(List.of("b:6#1", "all:7#3"), sent().subList(5, 7));
        answer(0);
        answer(1);
        answer(3);
        pass();
        assertEquals(List.of("a:8#4"), sent().subList(7, sent().size()));
    }

    @Test
    void aBarrierDoesNotJoinAnotherAcrossWhatWaitsForItsWindow() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        send(a, "1");
        transport.duringPublish = () -> {
            send(all, "2");
            send(a, "3");
            send(all, "4");
        };
        send(b, "0");
        pass();
        answer(2);
        assertEquals(List.of("a:1#1", "b:0#1", "all:2#1", "a:3#2", "all:4#2"), sent());
    }

    @Test
    void whatWaitsForAnAnswerWhenTheBrokerGoesIsNotSent() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        send(a, "1");
        CompletionStage<?> held = send(a, "2");
        publisher.down(new IllegalStateException("gone"));
        assertEquals(Outcome.NOT_SENT, failureAfterPass(held).outcome());
    }

    /** On which channels frames have left. */
    private List<String> channels() {
        return transport.passes.stream()
                .flatMap(List::stream)
                .map(Outgoing::channel)
                .toList();
    }

    private void answer(int frame) {
        transport.passes.stream().flatMap(List::stream).toList().get(frame).accepted();
        pass();
    }

    @Test
    void aTransportThatThrowsDoesNotStopTheDrain() {
        open();
        transport.duringPublish = () -> {
            throw new AssertionError("a bug of the transport");
        };
        CompletionStage<?> thrown = send(a, "1");
        send(a, "2");
        pass();
        assertEquals(Outcome.UNKNOWN, failure(thrown).outcome());
        assertEquals(List.of("a:1#1", "a:2#2"), sent());
    }

    @Test
    void aDrainThatIsClosedStaysClosed() {
        open();
        publisher.close();
        publisher.down(null);
        assertEquals(Outcome.CLOSED, failureAfterPass(send(a, "1")).outcome());
        assertEquals(List.of(), sent());
    }

    private AdapterException failureAfterPass(CompletionStage<?> stage) {
        pass();
        return failure(stage);
    }

    @Test
    void anAnswerCountsOnce() {
        open();
        CompletionStage<?> stage = send(a, "1");
        Outgoing frame = transport.passes.get(0).get(0);
        frame.unknown(new IllegalStateException("time"));
        frame.accepted();
        frame.notSent(new IllegalStateException("late"));
        pass();
        assertEquals(Outcome.UNKNOWN, failure(stage).outcome());
        assertEquals(1, counters.of(Counters.MESSAGES_UNKNOWN).sum());
        assertEquals(0, counters.of(Counters.MESSAGES_SENT).sum());
    }

    @Test
    void whatIsSentBeforeTheDrainIsOpenLeavesThen() {
        publisher.down(null);
        pass();
        send(a, "1");
        publisher.open(transport, () -> {});
        assertEquals(List.of("a:1#1"), sent());
    }

    @Test
    void aDrainThatIsNotOpenFailsAtOnceWhatCannotBeSent() {
        assertEquals(Outcome.NOT_SENT, failureAfterPass(send(a, "1")).outcome());
    }

    @Test
    void theQueueTakesWhatItIsSaidToTakeEachTime() {
        open();
        // A text waits as it was given, and as it is sent.
        int fits = (LIMIT - Message.SMALL - Publisher.OVERHEAD) / 2;
        for (int round = 0; round < 3; round++) {
            CompletionStage<?>[] stages = new CompletionStage<?>[2];
            transport.duringPublish = () -> {
                stages[0] = send(a, "x".repeat(fits));
                stages[1] = send(a, "");
            };
            send(b, "0");
            pass();
            assertTrue(failure(stages[1]).getMessage().contains("roomcast.queue.bytes"));
            transport.passes.stream().flatMap(List::stream).forEach(Outgoing::accepted);
            pass();
            assertTrue(SimulatedCluster.isDone(stages[0]));
        }
    }

    @Test
    void whatIsRefusedTakesNoRoom() {
        open();
        for (int round = 0; round < 3; round++) {
            CompletionStage<?>[] stage = new CompletionStage<?>[1];
            transport.duringPublish = () -> {
                stage[0] = send(a, "x".repeat(LIMIT / 3));
                publisher.down(new IllegalStateException("gone"));
            };
            send(b, "0");
            pass();
            assertTrue(failure(stage[0]).getMessage().contains("gone"));
            publisher.down(null);
            pass();
        }
    }

    @Test
    void aPassIsBounded() {
        Publisher wide = new Publisher(
                execution,
                counters,
                new Stages(execution, new Watchdog(execution, Duration.ofMillis(100)), counters),
                NO_BACKLOG,
                2 << 20,
                1000);
        wide.open(transport, () -> {});
        wide.down(null);
        pass();
        transport.duringPublish = () -> {
            for (int i = 0; i < 5000; i++) {
                wide.send(a, new Goodbye());
            }
        };
        wide.send(b, new Goodbye());
        pass();
        List<Integer> messages =
                transport.passes.stream().map(PublisherTest::messages).toList();
        assertEquals(List.of(1, 4096, 5000 - 4096), messages);
    }

    private static int messages(List<Outgoing> pass) {
        return pass.stream()
                .mapToInt(frame ->
                        FrameCodec.decode(frame.bytes(), null).messages().size())
                .sum();
    }

    @Test
    void whatBecameOfMessagesIsCounted() {
        open();
        send(a, "1");
        send(a, "2");
        CompletionStage<?> notSent = send(a, "3");
        transport.passes.get(0).get(0).accepted();
        transport.passes.get(1).get(0).unknown(new IllegalStateException("time"));
        transport.passes.get(2).get(0).notSent(new IllegalStateException("MOVED"));
        assertEquals(Outcome.NOT_SENT, failureAfterPass(notSent).outcome());
        assertEquals(1, counters.of(Counters.MESSAGES_SENT).sum());
        assertEquals(1, counters.of(Counters.MESSAGES_UNKNOWN).sum());
        assertEquals(1, counters.of(Counters.MESSAGES_NOT_SENT).sum());
    }

    @Test
    void whatIsHeldWhenTheDrainClosesFails() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        send(a, "1");
        CompletionStage<?> held = send(a, "2");
        publisher.close();
        assertEquals(Outcome.CLOSED, failureAfterPass(held).outcome());
    }

    @Test
    void whatANodeThatEndsHasSentIsAwaitedByNobody() {
        open();
        PublishChannel ofAnother = new PublishChannel("other", new Incarnation(3, 4), null, false, 1);
        CompletionStage<?> mine = send(a, "1");
        CompletionStage<?> another = send(ofAnother, "2");
        publisher.abandon(a.from());
        assertEquals(Outcome.CLOSED, failureAfterPass(mine).outcome());
        assertFalse(another.toCompletableFuture().isDone());
    }

    @Test
    void whatWaitsForAnAnswerCostsNoPasses() {
        int[] passes = new int[1];
        publisher.open(transport, () -> passes[0]++);
        publisher.down(null);
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        pass();
        send(a, "1");
        send(a, "2");
        send(all, "3");
        send(all, "4");
        send(a, "5");
        int before = passes[0];
        time.pass(Duration.ofSeconds(1));
        assertEquals(before, passes[0], "while they wait");
        for (int frame = 0; frame < 5; frame++) {
            answer(frame);
        }
        assertEquals(List.of("a:1#1", "a:2#2", "all:3#1", "all:4#2", "a:5#3"), sent());
        send(b, "6");
        send(b, "7");
        answer(5);
        answer(6);
        before = passes[0];
        time.pass(Duration.ofSeconds(1));
        assertEquals(before, passes[0], "when nothing waits");
        send(b, "8");
        answer(7);
        assertEquals(before + 1, passes[0], "an answer for which nothing waits");
    }

    @Test
    void whatWasRefusedIsNotSentLater() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        send(a, "1");
        send(a, "2");
        publisher.down(new IllegalStateException("gone"));
        pass();
        publisher.down(null);
        pass();
        send(a, "3");
        answer(0);
        assertEquals(List.of("a:1#1", "a:3#2"), sent());
    }

    @Test
    void whatAnotherNodeHoldsDoesNotPartBarriers() {
        open();
        transport.capabilities =
                transport.capabilities.toBuilder().framesInFlight(1).build();
        PublishChannel ofAnother = new PublishChannel("other", new Incarnation(3, 4), null, false, 1);
        send(ofAnother, "1");
        send(ofAnother, "2");
        transport.duringPublish = () -> {
            send(all, "3");
            send(all, "4");
        };
        send(b, "0");
        pass();
        assertEquals(List.of("other:1#1", "b:0#1", "all:3,4#1"), sent());
    }

    @Test
    void aTailIsAFrameOfItsOwnAndOwesNone() {
        open();
        List<PublishChannel> left = new ArrayList<>();
        PublishChannel room = PublishChannel.of(Target.room("room"), "room", all, 4, left::add, () -> all);
        send(room, "1");
        answer(0);
        assertEquals(List.of(room), left);
        transport.duringPublish = () -> {
            publisher.send(room, new Message.LastSequence());
            send(room, "2");
            publisher.send(room, new Message.LastSequence());
        };
        send(b, "0");
        pass();
        List<Outgoing> frames = transport.passes.get(2);
        assertEquals(3, frames.size());
        frames.get(0).accepted();
        frames.get(2).accepted();
        assertEquals(List.of(room), left, "by the packet's frame alone");
        frames.get(1).accepted();
        assertEquals(List.of(room, room), left);
    }

    @Test
    void aFrameOwesATailWhateverBecameOfIt() {
        open();
        List<PublishChannel> left = new ArrayList<>();
        PublishChannel room = PublishChannel.of(Target.room("room"), "room", all, 4, left::add, () -> all);
        send(room, "1");
        transport.passes.get(0).get(0).notSent(new IllegalStateException("MOVED"));
        assertEquals(List.of(room), left, "its number is missing");
        send(room, "2");
        transport.passes.get(1).get(0).unknown(new IllegalStateException("time"));
        assertEquals(List.of(room, room), left);
    }

    @Test
    void aFrameForManySaysWhomItConcerns() {
        open();
        send(PublishChannel.of(Target.room("room"), "room", all, 4, left -> {}, () -> all), "1");
        send(all, Target.rooms(Set.of("r", "s")).and(Target.user("u")).and(Target.member("m")));
        send(all, Target.everyone());
        send(all, Target.rooms(names(Frame.MOST_HASHES)));
        send(all, Target.rooms(names(Frame.MOST_HASHES + 1)));
        publisher.send(all, new Goodbye());
        List<Integer> hashes = transport.passes.stream()
                .map(pass -> FrameCodec.header(new ByteReader(pass.get(0).bytes()), FrameCodec.VERSIONS)
                        .hashes())
                .map(some -> some == null ? -1 : some.length)
                .toList();
        assertEquals(List.of(-1, 4, -1, Frame.MOST_HASHES, -1, -1), hashes);
    }

    private void send(PublishChannel channel, Target target) {
        publisher.send(channel, new Broadcast(target, Packet.text("")));
    }

    private static Set<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "room-" + i).collect(Collectors.toSet());
    }

    private void open() {
        publisher.open(transport, () -> {});
        publisher.down(null);
        pass();
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    private CompletionStage<?> send(PublishChannel channel, String text) {
        return publisher.send(channel, new Broadcast(Target.room(channel.name()), Packet.text(text)));
    }

    /** Of each frame: channel, packets, number. */
    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        for (List<Outgoing> pass : transport.passes) {
            for (Outgoing frame : pass) {
                Frame decoded = FrameCodec.decode(frame.bytes(), null);
                List<String> texts = decoded.messages().stream()
                        .map(message -> ((Broadcast) message).packet().text())
                        .toList();
                sent.add(frame.channel() + ":" + String.join(",", texts) + "#" + decoded.number());
            }
        }
        return sent;
    }

    private static PublishChannel channel(String name, boolean barrier, long stream) {
        return new PublishChannel(name, new Incarnation(1, 2), null, barrier, stream);
    }

    private static AdapterException failure(CompletionStage<?> stage) {
        assertTrue(stage.toCompletableFuture().isDone(), "still pending");
        CompletionException thrown = assertThrows(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        return (AdapterException) thrown.getCause();
    }
}
