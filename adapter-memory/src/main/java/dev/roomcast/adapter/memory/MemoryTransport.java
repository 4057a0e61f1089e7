package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node's place on a {@link MemoryBus}. All its state is guarded by the lock of the bus. */
final class MemoryTransport implements Transport {

    private static final TransportCapabilities CAPABILITIES = TransportCapabilities.builder(16 * 1024 * 1024)
            .confirmWithin(Duration.ofSeconds(5))
            .build();

    private final MemoryBus bus;
    private final String name;
    private final Receiver receiver;
    private final Runnable onClose;
    private final Set<String> channels = new HashSet<>();
    private Link link;
    private boolean closed;

    private MemoryTransport(MemoryBus bus, String name, Receiver receiver, Runnable onClose) {
        this.bus = bus;
        this.name = name;
        this.receiver = receiver;
        this.onClose = onClose;
        this.link = receiver.linkUp(name);
    }

    /** A transport whose link is up and that can publish. */
    static MemoryTransport open(MemoryBus bus, String name, Receiver receiver, Runnable onClose) {
        MemoryTransport transport = new MemoryTransport(bus, name, receiver, onClose);
        receiver.publishing(Optional.empty());
        return transport;
    }

    @Override
    public TransportCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        for (Outgoing frame : pass) {
            if (isClosed()) {
                frame.notSent(new IllegalStateException(name + ": this node's transport is closed"));
            } else {
                bus.publish(frame);
                frame.accepted();
            }
        }
    }

    /**
     * Called by the bus under its lock. A subscriber that received the frame earlier may have changed the subscription
     * meanwhile.
     */
    void hear(String channel, byte[] bytes) {
        if (channels.contains(channel)) {
            link.frame(channel, bytes);
        }
    }

    @Override
    public void subscribe(Collection<String> wanted) {
        synchronized (bus.lock()) {
            if (closed) {
                return;
            }
            for (String channel : wanted) {
                channels.add(channel);
                bus.subscribe(channel, this);
                link.subscribed(channel);
            }
        }
    }

    @Override
    public void unsubscribe(Collection<String> unwanted) {
        synchronized (bus.lock()) {
            if (closed) {
                return;
            }
            for (String channel : unwanted) {
                channels.remove(channel);
                bus.unsubscribe(channel, this);
                link.unsubscribed(channel);
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a link is one life, whatever it may be equal to
    public void reset(Link untrusted, String reason) {
        synchronized (bus.lock()) {
            if (closed || link != untrusted) {
                return;
            }
            forgetChannels();
            link.down(new IllegalStateException(name + ": the link was reset: " + reason));
            link = receiver.linkUp(name);
        }
    }

    @Override
    public CompletionStage<Void> close() {
        synchronized (bus.lock()) {
            if (!closed) {
                closed = true;
                forgetChannels();
                onClose.run();
            }
        }
        return CompletableFuture.completedStage(null);
    }

    private boolean isClosed() {
        synchronized (bus.lock()) {
            return closed;
        }
    }

    private void forgetChannels() {
        channels.forEach(channel -> bus.unsubscribe(channel, this));
        channels.clear();
    }
}
