package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.tck.TransportLog.Said;
import dev.roomcast.adapter.tck.TransportLog.What;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Chapter T of {@code docs/spec.md}: results and order of frames. */
abstract class FrameRules extends TransportChapter {

    private static final int EVERY_BYTE = 256;

    @Rule(
            value = "T.1",
            lookAt = "what the transport makes of bytes: text codecs, terminators, lengths, a buffer used again")
    void bytesArriveUnchanged() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        List<byte[]> frames = samples(sender.transport().capabilities().maxFrameBytes());
        for (int i = 0; i < frames.size(); i++) {
            receiver.subscribes(channel("c" + i));
        }
        for (int i = 0; i < frames.size(); i++) {
            sender.transport()
                    .publish(
                            List.of(sender.frame(channel("c" + i), frames.get(i).clone())));
        }
        for (int i = 0; i < frames.size(); i++) {
            String channel = channel("c" + i);
            expect().eventually(
                            receiver,
                            "a frame of " + frames.get(i).length + " bytes on " + channel,
                            () -> receiver.log().count(What.FRAME, channel) > 0,
                            () -> "nothing");
        }
        // Looked at when all have come: a buffer that is used again has been by now.
        for (int i = 0; i < frames.size(); i++) {
            String channel = channel("c" + i);
            byte[] sent = frames.get(i);
            byte[] came = receiver.log()
                    .all(one -> one.what() == What.FRAME && one.channel().equals(channel))
                    .get(0)
                    .bytes();
            String length = came.length + " bytes, which differ at byte " + Arrays.mismatch(sent, came);
            expect().that(receiver, "the " + sent.length + " bytes of a frame", Arrays.equals(sent, came), length);
        }
    }

    private static List<byte[]> samples(int largest) {
        List<byte[]> samples = new ArrayList<>();
        samples.add(new byte[0]);
        byte[] every = new byte[EVERY_BYTE];
        IntStream.range(0, EVERY_BYTE).forEach(i -> every[i] = (byte) i);
        samples.add(every);
        for (String odd : List.of("\r\n$5\r\n", "+OK\r\n", "'; --", "\0", " ", "\uFEFF", "{\"a\":1}")) {
            samples.add(odd.getBytes(StandardCharsets.UTF_8));
        }
        Random random = new Random(largest);
        for (int size : new int[] {1, 127, 128, 255, 1023, largest - 1, largest}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            samples.add(bytes);
        }
        return samples;
    }

    @Rule(value = "T.2", lookAt = "when subscribed() is called: the broker itself must have confirmed the channel")
    void whatIsPublishedAfterAConfirmationArrives() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        List<String> numbers = numbers(50);
        for (String number : numbers) {
            receiver.subscribes(channel(number));
            sender.publish(channel(number), number);
        }
        numbers.forEach(number -> receiver.awaits(channel(number), number));
    }

    @Rule(value = "T.3", lookAt = "whether anything is sent again, or kept back, on the way out or in")
    void eachFrameArrivesOnce() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        List<String> channels = List.of(channel("a"), channel("b"), channel("c"));
        receiver.subscribes(channels.toArray(new String[0]));
        List<String> numbers = numbers(300);
        for (List<String> part : parts(numbers, 7)) {
            sender.transport()
                    .publish(part.stream()
                            .map(n -> sender.frame(channels.get(n.length() - 1), n))
                            .toList());
        }
        for (String channel : channels) {
            List<String> wanted = numbers.stream()
                    .filter(n -> channels.get(n.length() - 1).equals(channel))
                    .toList();
            wanted.forEach(number -> receiver.awaits(channel, number));
            settle(sender, receiver, channel);
            List<String> came = receiver.log().texts(channel).stream()
                    .filter(text -> !text.startsWith("marker"))
                    .sorted()
                    .toList();
            expect().equal(
                            receiver,
                            "the frames of " + channel,
                            wanted.stream().sorted().toList(),
                            came);
        }
    }

    @Rule(
            value = "T.4",
            lookAt = "what could overtake: several threads or connections that publish, or that hand frames over")
    void framesOfAChannelKeepTheirOrder() {
        expectOrder(List.of(channel("a")));
    }

    @Requires(Feature.ORDER_ACROSS_CHANNELS)
    @Rule(value = "T.5", lookAt = "whether channels have connections, queues or threads of their own")
    void framesKeepTheirOrderAcrossChannels() {
        expectOrder(List.of(channel("a"), channel("b"), channel("c"), channel("d"), channel("e")));
    }

    private void expectOrder(List<String> channels) {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        receiver.subscribes(channels.toArray(new String[0]));
        int frames = 1000;
        for (List<String> part : parts(numbers(frames), 13)) {
            sender.transport()
                    .publish(part.stream()
                            .map(n -> sender.frame(channels.get(Integer.parseInt(n) % channels.size()), n))
                            .toList());
        }
        channels.forEach(channel -> settle(sender, receiver, channel));
        List<Integer> came = receiver.log().all(What.FRAME).stream()
                .map(Said::text)
                .filter(text -> !text.startsWith("marker"))
                .map(Integer::valueOf)
                .toList();
        for (int i = 1; i < came.size(); i++) {
            String both = came.get(i) + " after " + came.get(i - 1);
            expect().that(receiver, "frames in the order of their batches", came.get(i) >= came.get(i - 1), both);
        }
    }

    @Rule(value = "T.6", lookAt = "whether a connection, or the broker, leaves out who has published")
    void ownFramesComeBackOnTheLinkOfTheirChannel() {
        TestTransport node = transports().open();
        String channel = channel("own");
        node.subscribes(channel);
        node.publish(channel, "own");
        node.awaits(channel, "own");
        expect().equal(
                        node,
                        "the links that brought the frame",
                        linksOf(node, What.SUBSCRIBED, channel),
                        linksOf(node, What.FRAME, channel));
    }

    private static Set<Integer> linksOf(TestTransport node, What what, String channel) {
        return node.log().all(one -> one.what() == what && one.channel().equals(channel)).stream()
                .map(Said::link)
                .collect(Collectors.toSet());
    }

    @Rule(value = "T.7", lookAt = "each way in which a frame can end, among them that nobody subscribes its channel")
    void eachFrameIsAnsweredOnce() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        String heard = channel("heard");
        receiver.subscribes(heard);
        List<TestFrame> frames = new ArrayList<>();
        for (int pass = 0; pass < 20; pass++) {
            List<TestFrame> next =
                    List.of(sender.frame(heard, "x"), sender.frame(channel("unheard"), "y"), sender.frame(heard, "z"));
            sender.transport().publish(next);
            frames.addAll(next);
        }
        expectOneAnswer(sender, frames);
        for (TestFrame frame : frames) {
            expect().equal(sender, "the answer to a " + frame, List.of("accepted"), frame.answers());
        }
    }

    /** Each is answered, and when a later frame has been answered and has come, still once. */
    private void expectOneAnswer(TestTransport sender, List<TestFrame> frames) {
        expect().eventually(
                        sender,
                        "an answer to each of " + frames.size() + " frames",
                        () -> frames.stream().allMatch(TestFrame::isAnswered),
                        () -> frames.stream().filter(f -> !f.isAnswered()).toList() + " without one");
        sender.publishAndWait(channel("last"), "last");
        for (TestFrame frame : frames) {
            expect().equal(
                            sender,
                            "the number of answers to a " + frame,
                            1,
                            frame.answers().size());
        }
    }

    @Rule(value = "T.8", lookAt = "what is said of frames that are handed over before the broker is reached")
    void framesThatComeTooEarlyAreAnsweredToo() {
        TestTransport early = transports().begin();
        List<TestFrame> frames = early.publish(channel("early"), "a", "b", "c");
        early.whenUp();
        expectOneAnswer(early, frames);
    }

    @Rule(value = "T.9", lookAt = "how it is decided which transports a frame is for")
    void framesReachOnlyThoseWhoAskedForTheirChannel() {
        TestTransport sender = transports().open();
        TestTransport one = transports().open();
        TestTransport two = transports().open();
        one.subscribes(channel("one"), channel("both"));
        two.subscribes(channel("two"), channel("both"));
        sender.publishAndWait(channel("one"), "for one");
        sender.publishAndWait(channel("two"), "for two");
        sender.publishAndWait(channel("nobody"), "for nobody");
        sender.publishAndWait(channel("both"), "for both");
        for (TestTransport receiver : List.of(one, two)) {
            String own = receiver.equals(one) ? "one" : "two";
            receiver.awaits(channel(own), "for " + own);
            receiver.awaits(channel("both"), "for both");
            Set<String> came = new TreeSet<>();
            receiver.log().all(What.FRAME).forEach(frame -> came.add(frame.text()));
            expect().equal(receiver, "the frames that came", new TreeSet<>(Set.of("for " + own, "for both")), came);
        }
        expect().equal(sender, "the frames that came", List.of(), sender.log().all(What.FRAME));
    }
}
