package org.example.crier;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One crier on a square. */
final class CrierTransport implements Transport {

    private final Square square;
    private final Receiver receiver;
    private volatile Link link;
    private volatile boolean closed;

    CrierTransport(Square square, Receiver receiver) {
        this.square = square;
        this.receiver = receiver;
        this.link = receiver.linkUp("the square");
        receiver.publishing(Optional.empty());
    }

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.of(4 << 20);
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        for (Outgoing frame : pass) {
            if (closed) {
                frame.notSent(new IllegalStateException("the crier has gone home"));
            } else {
                square.cry(frame.channel(), frame.bytes());
                frame.accepted();
            }
        }
    }

    @Override
    public void subscribe(Collection<String> channels) {
        channels.forEach(channel -> square.listen(channel, this));
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        channels.forEach(channel -> square.forget(channel, this));
    }

    @Override
    public void reset(Link untrusted, String reason) {
        if (untrusted == link) {
            square.leave(this);
            untrusted.down(new IllegalStateException(reason));
            link = receiver.linkUp("the square");
        }
    }

    @Override
    public CompletionStage<Void> close() {
        closed = true;
        square.leave(this);
        return CompletableFuture.completedStage(null);
    }

    void listens(String channel) {
        link.subscribed(channel);
    }

    void listensNoMore(String channel) {
        link.unsubscribed(channel);
    }

    void hears(String channel, byte[] words) {
        link.frame(channel, words);
    }
}
