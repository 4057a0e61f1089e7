package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.tck.TransportLog.What;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One transport of a test, with a record of its events. */
final class TestTransport {

    private final String name;
    private final Transport transport;
    private final TransportLog log;
    private final Expect expect;
    private @Nullable CompletionStage<Void> closed;

    TestTransport(String name, Transport transport, TransportLog log, Expect expect) {
        this.name = name;
        this.transport = transport;
        this.log = log;
        this.expect = expect;
    }

    String name() {
        return name;
    }

    Transport transport() {
        return transport;
    }

    TransportLog log() {
        return log;
    }

    TestTransport whenUp() {
        expect.eventually(
                this,
                "linkUp and publishing to be called",
                () -> !log.all(What.LINK_UP).isEmpty()
                        && !log.all(What.PUBLISHING).isEmpty(),
                log::all);
        return this;
    }

    // Frames

    TestFrame frame(String channel, byte[] bytes) {
        return new TestFrame(channel, bytes, expect.signal());
    }

    TestFrame frame(String channel, String text) {
        return frame(channel, text.getBytes(StandardCharsets.UTF_8));
    }

    /** One pass of texts on one channel. */
    List<TestFrame> publish(String channel, String... texts) {
        List<TestFrame> pass =
                Stream.of(texts).map(text -> frame(channel, text)).toList();
        transport.publish(pass);
        return pass;
    }

    /** Publishes a text, and waits until the broker has it. */
    void publishAndWait(String channel, String text) {
        List<TestFrame> pass = publish(channel, text);
        expect.eventually(
                this,
                "an answer to a frame",
                () -> pass.get(0).isAnswered(),
                () -> pass.get(0).answers());
    }

    void awaits(String channel, String text) {
        expect.eventually(
                this,
                "\"" + text + "\" to come on " + channel,
                () -> log.texts(channel).contains(text),
                () -> log.texts(channel));
    }

    // Channels

    /** Asks for channels, and waits until they are confirmed, each as often as it was asked for. */
    void subscribes(String... channels) {
        for (String channel : channels) {
            int before = log.count(What.SUBSCRIBED, channel);
            transport.subscribe(List.of(channel));
            awaits(What.SUBSCRIBED, channel, before + 1);
        }
    }

    void unsubscribes(String channel) {
        int before = log.count(What.UNSUBSCRIBED, channel);
        transport.unsubscribe(List.of(channel));
        awaits(What.UNSUBSCRIBED, channel, before + 1);
    }

    private void awaits(What what, String channel, int times) {
        expect.eventually(
                this,
                what + " of " + channel,
                () -> log.count(what, channel) >= times,
                () -> log.all(one -> one.channel().equals(channel)));
    }

    /** Waits until each channel is answered, how ever. */
    void awaitsAnswers(Collection<String> channels) {
        expect.eventually(
                this,
                "an answer to each of " + channels.size() + " channels",
                () -> log.answers().keySet().containsAll(channels),
                () -> "none to " + without(channels, log.answers().keySet()));
    }

    private static Set<String> without(Collection<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** The first close; a test may call others. */
    CompletionStage<Void> beginClose() {
        if (closed == null) {
            closed = transport.close();
        }
        return closed;
    }

    void close() {
        beginClose()
                .toCompletableFuture()
                .orTimeout(expect.patience().toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public String toString() {
        return "transport " + name;
    }
}
