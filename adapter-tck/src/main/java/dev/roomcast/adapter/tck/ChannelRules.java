package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.tck.TransportLog.Said;
import dev.roomcast.adapter.tck.TransportLog.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chapter T of {@code docs/spec.md}: subscriptions of channels. */
abstract class ChannelRules extends TransportChapter {

    private static final int MANY = 512;

    @Rule(
            value = "T.10",
            lookAt = "how answers find their channels where many are asked for at once, and again at once")
    void eachChannelIsAnsweredOnce() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        int batch = Math.min(MANY, receiver.transport().capabilities().subscribeBatch());
        List<String> channels = IntStream.range(0, 3 * batch)
                .mapToObj(i -> channel("many." + i))
                .toList();
        parts(channels, batch).forEach(receiver.transport()::subscribe);
        receiver.awaitsAnswers(channels);
        receiver.subscribes(channel("last"));
        Map<String, List<What>> answers = receiver.log().answers();
        for (String channel : channels) {
            expect().equal(
                            receiver,
                            "the answer to " + channel,
                            List.of(What.SUBSCRIBED),
                            answers.getOrDefault(channel, List.of()));
        }
        for (String channel : List.of(channels.get(0), channels.get(batch), channels.get(3 * batch - 1))) {
            sender.publish(channel, "hello");
            receiver.awaits(channel, "hello");
        }
    }

    @Rule(value = "T.11", lookAt = "how answers find their channels where many are given up at once")
    void eachChannelThatIsGivenUpIsAnsweredOnce() {
        TestTransport receiver = transports().open();
        int batch = Math.min(MANY, receiver.transport().capabilities().subscribeBatch());
        List<String> channels =
                IntStream.range(0, batch).mapToObj(i -> channel("many." + i)).toList();
        receiver.transport().subscribe(channels);
        receiver.awaitsAnswers(channels);
        receiver.transport().unsubscribe(channels);
        expect().eventually(
                        receiver,
                        "unsubscribed to be called for " + batch + " channels",
                        () -> receiver.log().all(What.UNSUBSCRIBED).size() >= batch,
                        () -> receiver.log().all(What.UNSUBSCRIBED).size() + " of them");
        receiver.subscribes(channel("last"));
        List<String> came = receiver.log().all(What.UNSUBSCRIBED).stream()
                .map(Said::channel)
                .sorted()
                .toList();
        expect().equal(
                        receiver,
                        "the channels given up",
                        channels.stream().sorted().toList(),
                        came);
    }

    @Rule(value = "T.12", lookAt = "whether frames can overtake the answer that ends their channel")
    void nothingComesOnAChannelThatWasGivenUp() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        String channel = channel("left");
        receiver.subscribes(channel("kept"));
        for (int round = 0; round < 20; round++) {
            receiver.subscribes(channel);
            sender.publish(channel, numbers(20).toArray(new String[0]));
            receiver.unsubscribes(channel);
        }
        sender.publishAndWait(channel, "late");
        settle(sender, receiver, channel("kept"));
        boolean wanted = true;
        for (Said one : receiver.log().all(said -> said.channel().equals(channel))) {
            wanted = one.what() == What.SUBSCRIBED || wanted && one.what() != What.UNSUBSCRIBED;
            boolean strays = one.what() == What.FRAME && !wanted;
            expect().that(receiver, "no frame on a channel that was given up", !strays, one);
        }
    }

    @Rule(value = "T.13", lookAt = "what is still known of a channel that was given up")
    void aChannelCanBeAskedForAgain() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        String channel = channel("again");
        for (String round : numbers(5)) {
            receiver.subscribes(channel);
            sender.publish(channel, round);
            receiver.awaits(channel, round);
            receiver.unsubscribes(channel);
        }
    }

    @Rule(
            value = "T.14",
            lookAt = "what is made of a channel's name: case, dots, length, what the broker takes for a pattern")
    void namesOfChannelsAreTakenAsTheyAre() {
        TestTransport sender = transports().open();
        TestTransport receiver = transports().open();
        List<String> channels = names(receiver.transport().capabilities().maxChannelBytes());
        receiver.subscribes(channels.toArray(new String[0]));
        channels.forEach(channel -> sender.publishAndWait(channel, channel));
        for (String channel : channels) {
            receiver.awaits(channel, channel);
            List<String> strays = receiver.log().texts(channel).stream()
                    .filter(text -> !text.equals(channel))
                    .toList();
            expect().equal(receiver, "what else came on " + channel, List.of(), strays);
        }
    }

    private List<String> names(int longest) {
        List<String> names = new ArrayList<>(
                Stream.of("room", "ROOM", "room.", "room.a", "room.a.b", "room-a", "room_a", "_2A", "0", "-", "..")
                        .map(this::channel)
                        .toList());
        String begin = channel("long.");
        String full = begin + "x".repeat(longest - begin.length());
        names.add(full);
        names.add(full.substring(0, longest - 1) + "y");
        names.add(full.substring(0, longest - 1));
        return names;
    }

    @Rule(value = "T.15", lookAt = "what is said of channels that are asked for before the broker is reached")
    void channelsThatAreAskedForTooEarlyAreAnsweredToo() {
        TestTransport sender = transports().open();
        TestTransport early = transports().begin();
        List<String> channels = Stream.of("a", "b", "c").map(this::channel).toList();
        early.transport().subscribe(channels);
        early.awaitsAnswers(channels);
        early.whenUp();
        early.subscribes(channel("last"));
        early.log().answers().forEach((channel, answers) -> {
            expect().equal(early, "the number of answers to " + channel, 1, answers.size());
            if (answers.equals(List.of(What.UNAVAILABLE))) {
                early.subscribes(channel);
            }
        });
        sender.publish(channel("a"), "hello");
        early.awaits(channel("a"), "hello");
    }
}
