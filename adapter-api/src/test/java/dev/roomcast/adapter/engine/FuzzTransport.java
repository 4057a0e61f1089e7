package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.TransportProvider;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** A broker of one node, which does at once what it is asked; anything can be said on its link. */
final class FuzzTransport implements TransportProvider, Transport {

    private static final TransportCapabilities CAPABILITIES = TransportCapabilities.of(1 << 16);

    private final BiConsumer<String, byte[]> published;
    private final Set<String> subscribed = new HashSet<>();
    private Receiver opened;
    private Link link;

    /** @param published is told what the node says, and where */
    FuzzTransport(BiConsumer<String, byte[]> published) {
        this.published = published;
    }

    void frame(String channel, byte[] bytes) {
        link.frame(channel, bytes);
    }

    /** The link breaks, and there is another at once, on which everything has to be asked for again. */
    void cut() {
        subscribed.clear();
        link.down(new IOException("cut"));
        link = opened.linkUp("a broker that anyone can write to");
    }

    Set<String> subscribed() {
        return subscribed;
    }

    @Override
    public String name() {
        return "fuzz";
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        opened = receiver;
        link = receiver.linkUp("a broker that anyone can write to");
        receiver.publishing(Optional.empty());
        return this;
    }

    @Override
    public TransportCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        for (Outgoing frame : pass) {
            byte[] bytes = frame.bytes();
            published.accept(frame.channel(), bytes);
            if (subscribed.contains(frame.channel())) {
                link.frame(frame.channel(), bytes);
            }
            frame.accepted();
        }
    }

    @Override
    public void subscribe(Collection<String> channels) {
        subscribed.addAll(channels);
        channels.forEach(link::subscribed);
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        subscribed.removeAll(channels);
        channels.forEach(link::unsubscribed);
    }

    @Override
    public void reset(Link which, String reason) {
        // Where nothing is signed, who imitates a node can also say that it does not receive this one.
        if (reason.contains("does not receive what this node publishes")) {
            return;
        }
        throw new AssertionError("the node takes its link for deaf, which it never was: " + reason);
    }

    @Override
    public CompletionStage<Void> close() {
        return CompletableFuture.completedStage(null);
    }
}
