package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.publish.Backlog;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Callers send while others send, the broker answers, goes, or a node ends: nothing overtakes, and no packet waits for good. */
public class PublisherStress {

    private static final int MANY = 1000;
    private static final Target EVERYONE = Target.everyone();

    /** A drain, the transport behind it, and a node that sends. */
    private static final class Way {

        private final Counters counters = new Counters();
        private final FrameRecorder transport;
        private final Publisher publisher;
        private final Incarnation node = new Incarnation(1, 2);
        private final PublishChannel room = new PublishChannel("room", node, null, false, 1);
        private final PublishChannel all = new PublishChannel("all", node, null, true, 2);

        Way(int framesInFlight, int passesInFlight) {
            transport = new FrameRecorder(framesInFlight);
            Stages stages =
                    new Stages(TestNode.EXECUTION, new Watchdog(TestNode.EXECUTION, Duration.ofMillis(100)), counters);
            publisher = new Publisher(
                    TestNode.EXECUTION, counters, stages, new Backlog(Backlog.Limits.NONE), 1 << 20, passesInFlight);
            publisher.open(transport, () -> {});
            publisher.down(null);
        }

        CompletableFuture<?> send(PublishChannel channel, String text) {
            return publisher
                    .send(channel, new Message.Broadcast(EVERYONE, Packet.text(text)))
                    .toCompletableFuture();
        }

        /** The broker answers for all that it has been given, and for what leaves because of that; then what it got. */
        String end() {
            transport.acceptAll();
            return transport.sent();
        }

        /** How many stages were answered: sent, not sent, unknown. One that is answered twice counts twice. */
        String answers() {
            return counters.of(Counters.MESSAGES_SENT).sum() + "/"
                    + counters.of(Counters.MESSAGES_NOT_SENT).sum() + "/"
                    + counters.of(Counters.MESSAGES_UNKNOWN).sum();
        }
    }

    private static String of(CompletableFuture<?> stage) {
        return stage.isCompletedExceptionally() ? "failed" : stage.isDone() ? "done" : "pending";
    }

    private static String only(String sent, String texts) {
        return sent.replaceAll("[^" + texts + "]", "");
    }

    @JCStressTest
    @Description(
            "Two callers send at once, one with a barrier between: each one's packets leave in order, by one pass at a time.")
    @Outcome(id = "123, abc, 6/0/0", expect = ACCEPTABLE)
    @State
    public static class SendAndSend {

        private final Way way = new Way(MANY, MANY);

        @Actor
        public void one() {
            way.send(way.room, "1");
            way.send(way.all, "2");
            way.transport.acceptNext();
            way.send(way.room, "3");
        }

        @Actor
        public void other() {
            way.send(way.room, "a");
            way.send(way.room, "b");
            way.transport.acceptNext();
            way.send(way.all, "c");
        }

        @Arbiter
        public void end(LLL_Result r) {
            String sent = way.end();
            r.r1 = only(sent, "123");
            r.r2 = only(sent, "abc");
            r.r3 = way.answers();
        }
    }

    @JCStressTest
    @Description(
            "As many passes are in flight as may be; the broker answers while a caller sends: nothing is left waiting.")
    @Outcome(id = "12, 2/0/0", expect = ACCEPTABLE)
    @State
    public static class SendAndAnswerOfPass {

        private final Way way = new Way(MANY, 1);

        public SendAndAnswerOfPass() {
            way.send(way.room, "1");
        }

        @Actor
        public void send() {
            way.send(way.room, "2");
        }

        @Actor
        public void answer() {
            way.transport.acceptNext();
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = way.end();
            r.r2 = way.answers();
        }
    }

    @JCStressTest
    @Description("As many frames of a channel are in flight as may be; the broker answers while a caller sends.")
    @Outcome(id = "12, 2/0/0", expect = ACCEPTABLE)
    @State
    public static class SendAndAnswerOfFrame {

        private final Way way = new Way(1, MANY);

        public SendAndAnswerOfFrame() {
            way.send(way.room, "1");
        }

        @Actor
        public void send() {
            way.send(way.room, "2");
        }

        @Actor
        public void answer() {
            way.transport.acceptNext();
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = way.end();
            r.r2 = way.answers();
        }
    }

    @JCStressTest
    @Description("The broker goes while a caller sends what must wait: it is told that this was not sent.")
    @Outcome(id = "failed, 0/1/0", expect = ACCEPTABLE)
    @State
    public static class SendAndDown {

        private static final Throwable GONE = Failures.notReachedYet();

        private final Way way = new Way(1, MANY);
        private CompletableFuture<?> pending = new CompletableFuture<>();

        public SendAndDown() {
            way.send(way.room, "1");
        }

        @Actor
        public void send() {
            pending = way.send(way.room, "2");
        }

        @Actor
        public void down() {
            way.publisher.down(GONE);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = of(pending);
            r.r2 = way.answers();
        }
    }

    @JCStressTest
    @Description("The bounded time of closing is over while a caller sends: its stage does not stay pending.")
    @Outcome(id = "failed, 1", expect = ACCEPTABLE, desc = "came too late, or waited")
    @State
    public static class SendAndClose {

        private final Way way = new Way(1, MANY);
        private CompletableFuture<?> pending = new CompletableFuture<>();

        public SendAndClose() {
            way.send(way.room, "1");
        }

        @Actor
        public void send() {
            pending = way.send(way.room, "2");
        }

        @Actor
        public void close() {
            way.publisher.close();
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = of(pending);
            r.r2 = way.end();
        }
    }

    @JCStressTest
    @Description(
            "A node ends while the broker answers for its frame: it is answered once, and the next pass is not held up.")
    @Outcome(id = "1, 0, 12", expect = ACCEPTABLE)
    @State
    public static class AnswerAndAbandon {

        private final Way way = new Way(MANY, 1);
        private final PublishChannel another = new PublishChannel("another", new Incarnation(3, 4), null, false, 1);

        public AnswerAndAbandon() {
            way.send(way.room, "1");
        }

        @Actor
        public void answer() {
            way.transport.acceptNext();
        }

        @Actor
        public void abandon() {
            way.publisher.abandon(way.node);
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r1 = way.counters.of(Counters.MESSAGES_SENT).sum()
                    + way.counters.of(Counters.MESSAGES_UNKNOWN).sum();
            r.r2 = way.room.inFlight();
            way.send(another, "2");
            r.r3 = way.transport.sent();
        }
    }
}
