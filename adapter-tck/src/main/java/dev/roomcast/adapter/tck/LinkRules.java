package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.tck.TransportLog.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** Chapter T of {@code docs/spec.md}: links, and the end of the transport. */
abstract class LinkRules extends TransportChapter {

    @Rule(value = "T.16", lookAt = "what open() waits for, and what it reports when the broker is reached")
    void openReturnsAtOnceAndALinkComesUp() {
        long begun = System.nanoTime();
        TestTransport node = transports().begin();
        expectAtOnce(node, "open()", begun);
        node.whenUp();
        TransportCapabilities capabilities = node.transport().capabilities();
        expect().that(node, "a transport that reaches others", !capabilities.isAlone(), "those of one that is alone");
        TransportCapabilities again = node.transport().capabilities();
        boolean same = again.maxFrameBytes() == capabilities.maxFrameBytes()
                && again.maxChannelBytes() == capabilities.maxChannelBytes()
                && again.subscribeBatch() == capabilities.subscribeBatch();
        expect().that(node, "the same capabilities each time", same, "others");
    }

    @Rule(
            value = "T.17",
            lookAt = "what the calls wait for; results come later, by the receiver, the link and the frame")
    void callsReturnAtOnce() {
        TestTransport node = transports().open();
        int batch = Math.min(512, node.transport().capabilities().subscribeBatch());
        List<String> channels =
                IntStream.range(0, batch).mapToObj(i -> channel("many." + i)).toList();
        long begun = System.nanoTime();
        node.transport().subscribe(channels);
        expectAtOnce(node, "subscribe()", begun);
        node.awaitsAnswers(channels);
        begun = System.nanoTime();
        node.transport()
                .publish(channels.stream().map(c -> node.frame(c, "hello")).toList());
        expectAtOnce(node, "publish()", begun);
        begun = System.nanoTime();
        node.transport().unsubscribe(channels);
        expectAtOnce(node, "unsubscribe()", begun);
        begun = System.nanoTime();
        node.transport().reset(node.log().link(), "for the test");
        expectAtOnce(node, "reset()", begun);
        begun = System.nanoTime();
        node.beginClose();
        expectAtOnce(node, "close()", begun);
    }

    private void expectAtOnce(TestTransport node, String call, long begun) {
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        // A build machine may stand still for a while; who waits for a broker can wait for ever.
        boolean inTime = took.compareTo(expect().patience()) < 0;
        expect().that(node, call + " to return without waiting", inTime, "a return after " + took);
    }

    @Rule(value = "T.18", lookAt = "what reset() ends and begins, and what it does to a link that is down already")
    void resetEndsALinkAndBringsAnother() {
        TestTransport sender = transports().open();
        TestTransport node = transports().open();
        node.subscribes(channel("before"));
        Link first = node.log().linkOf(channel("before"));
        node.transport().reset(first, "for the test");
        node.transport().reset(first, "for the test, once more");
        awaitsAnotherLink(node);
        node.subscribes(channel("after"));
        node.transport().reset(first, "it is down already");
        sender.publishAndWait(channel("before"), "ended with its link");
        sender.publishAndWait(channel("after"), "of the new link");
        node.awaits(channel("after"), "of the new link");
        expect().equal(
                        node,
                        "what came on a channel of the link that was reset",
                        List.of(),
                        node.log().texts(channel("before")));
        expect().equal(
                        node,
                        "the number of links that went down",
                        1,
                        node.log().all(What.LINK_DOWN).size());
        expect().equal(
                        node,
                        "the number of links that came up again",
                        1L,
                        node.log().linksUpAgain());
        node.subscribes(channel("before"));
        sender.publish(channel("before"), "again");
        node.awaits(channel("before"), "again");
    }

    private void awaitsAnotherLink(TestTransport node) {
        expect().eventually(
                        node,
                        "a link to come up where one has gone down",
                        () -> node.log().linksUpAgain() > 0,
                        node.log()::all);
        node.whenUp();
    }

    @Rule(value = "T.19", lookAt = "what is said of channels whose link ends before the broker has confirmed them")
    void whatWasAskedOfALinkThatIsResetIsAnswered() {
        TestTransport node = transports().open();
        int batch = Math.min(512, node.transport().capabilities().subscribeBatch());
        List<String> channels =
                IntStream.range(0, batch).mapToObj(i -> channel("many." + i)).toList();
        node.transport().subscribe(channels);
        node.transport().reset(node.log().link(), "for the test");
        node.awaitsAnswers(channels);
        awaitsAnotherLink(node);
        node.subscribes(channel("last"));
        Map<String, List<What>> answers = node.log().answers();
        for (String channel : channels) {
            expect().equal(
                            node,
                            "the number of answers to " + channel,
                            1,
                            answers.getOrDefault(channel, List.of()).size());
        }
    }

    @Rule(value = "T.20", lookAt = "which threads close() ends, and when its stage completes")
    void closeEndsAllThreadsAndIsIdempotent() {
        TestTransport node = transports().open();
        node.subscribes(channel("a"));
        node.publishAndWait(channel("a"), "hello");
        CompletionStage<Void> first = node.beginClose();
        expect().allows(node, "a second close()", () -> node.transport().close());
        expect().completes(node, "close()", first);
        expect().completes(node, "a second close()", node.transport().close());
        expect().eventually(node, "its threads", List.of(), () -> threadsOf(node));
    }

    /** Those that {@link dev.roomcast.adapter.spi.Settings#threads} made bear its name. */
    private static List<String> threadsOf(TestTransport node) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.contains(node.name()))
                .toList();
    }

    @Rule(value = "T.21", lookAt = "what can still arrive, or be reported, after close() is complete")
    void nothingIsToldAfterClose() {
        TestTransport node = transports().open();
        TestTransport other = transports().open();
        TestTransport sender = transports().open();
        node.subscribes(channel("a"));
        other.subscribes(channel("a"));
        expect().completes(node, "close()", node.beginClose());
        int said = node.log().all().size();
        settle(sender, other, channel("a"));
        List<?> more = node.log().all().subList(said, node.log().all().size());
        expect().equal(node, "what it said after its close", List.of(), more);
    }

    @Rule(value = "T.22", lookAt = "what becomes of frames that are not answered when close() is called, or come later")
    void framesAreAnsweredAlsoWhenTheTransportIsClosed() {
        TestTransport node = transports().open();
        List<TestFrame> before = node.publish(channel("a"), numbers(100).toArray(new String[0]));
        CompletionStage<Void> closed = node.beginClose();
        List<TestFrame> meanwhile = node.publish(channel("a"), "meanwhile");
        expect().completes(node, "close()", closed);
        List<TestFrame> after = node.publish(channel("a"), "after");
        for (List<TestFrame> frames : List.of(before, meanwhile, after)) {
            for (TestFrame frame : frames) {
                expect().eventually(
                                node,
                                "the number of answers to a " + frame,
                                1,
                                () -> frame.answers().size());
            }
        }
        expect().equal(
                        node,
                        "the answer to a frame after the close",
                        List.of("not sent"),
                        after.get(0).answers());
    }

    @Rule(value = "T.23", lookAt = "what transports share: connections, threads, static state")
    void closingOneLeavesOthersAlone() {
        TestTransport closed = transports().open();
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        closed.subscribes(channel("a"));
        receiver.subscribes(channel("a"));
        expect().completes(closed, "close()", closed.beginClose());
        sender.publish(channel("a"), "hello");
        receiver.awaits(channel("a"), "hello");
        receiver.subscribes(channel("b"));
        settle(sender, receiver, channel("b"));
    }

    @Rule(
            value = "T.24",
            lookAt =
                    "the frames that are open when resetPublishing ends their connection, and how the next frames leave")
    void framesLeaveAgainAfterPublishingIsReset() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        receiver.subscribes(channel("a"));
        List<TestFrame> frames =
                new ArrayList<>(sender.publish(channel("a"), numbers(100).toArray(new String[0])));
        sender.transport().resetPublishing(List.of(channel("a")), "for the test");
        expect().eventually(
                        sender,
                        "a frame that is accepted after the reset",
                        () -> isAcceptedAgain(sender, frames),
                        () -> frames.get(frames.size() - 1).answers());
        receiver.awaits(channel("a"), "again");
        for (TestFrame frame : frames) {
            expect().eventually(
                            sender,
                            "the number of answers to a " + frame,
                            1,
                            () -> frame.answers().size());
        }
    }

    /** Publishes one more frame as soon as the last one is answered: the new connection may not be there yet. */
    private boolean isAcceptedAgain(TestTransport sender, List<TestFrame> frames) {
        TestFrame last = frames.get(frames.size() - 1);
        boolean isAgain = frames.size() > 100;
        if (last.isAnswered() && !(isAgain && last.answers().contains("accepted"))) {
            frames.addAll(sender.publish(channel("a"), "again"));
        }
        return isAgain && last.answers().contains("accepted");
    }
}
