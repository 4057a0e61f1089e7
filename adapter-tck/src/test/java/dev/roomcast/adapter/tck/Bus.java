package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.TransportProvider;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The least broker that a cluster can be had with: channels in this JVM, and a transport that does everything at once. What it can do
 * wrong is a method each.
 */
class Bus implements TransportProvider {

    private static final Executor SOON = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final Map<String, Collection<Link>> subscribers = new ConcurrentHashMap<>();
    private final Collection<BusTransport> transports = new CopyOnWriteArraySet<>();
    private volatile boolean gone;

    // What can be done wrong

    void hand(Link link, boolean own, String channel, byte[] bytes) {
        link.frame(channel, bytes);
    }

    void answer(Outgoing frame) {
        frame.accepted();
    }

    void confirm(Link link, String channel) {
        link.subscribed(channel);
    }

    void giveUp(Collection<Link> subscribers, Link link, String channel) {
        subscribers.remove(link);
        link.unsubscribed(channel);
    }

    /** A transport that is ready, or will be when the broker is there. */
    Transport opened(Settings settings, Receiver receiver, Transport transport) {
        receiver.publishing(gone ? Optional.of(new IOException("no bus")) : Optional.empty());
        return transport;
    }

    /** Whether a transport finds its broker again. */
    boolean comesBack() {
        return true;
    }

    @Override
    public String name() {
        return "bus";
    }

    @Override
    public final Transport open(Settings settings, Receiver receiver) {
        BusTransport transport = new BusTransport(receiver);
        transports.add(transport);
        if (gone) {
            receiver.linkFailed(new IOException("no bus"));
        } else {
            transport.up();
        }
        return opened(settings, receiver, transport);
    }

    final Collection<Link> of(String channel) {
        return subscribers.computeIfAbsent(channel, c -> new CopyOnWriteArraySet<>());
    }

    final boolean isGone() {
        return gone;
    }

    // What can happen to it

    final void cut() {
        transports.forEach(transport -> transport.down("cut"));
        SOON.execute(() -> transports.forEach(BusTransport::up));
    }

    final void stop() {
        gone = true;
        transports.forEach(transport -> transport.lose("gone"));
    }

    final void start() {
        gone = false;
        transports.forEach(BusTransport::findAgain);
    }

    /** What a stranger publishes. */
    final void publish(String channel, byte[] bytes) {
        of(channel).forEach(link -> hand(link, false, channel, bytes));
    }

    private final class BusTransport implements Transport {

        private final Receiver receiver;
        private Optional<Link> link = Optional.empty();
        private boolean closed;

        BusTransport(Receiver receiver) {
            this.receiver = receiver;
        }

        synchronized void up() {
            if (!closed && !gone && link.isEmpty()) {
                link = Optional.of(receiver.linkUp("the bus"));
            }
        }

        synchronized void down(String why) {
            Optional<Link> dead = link;
            link = Optional.empty();
            dead.ifPresent(it -> {
                subscribers.values().forEach(links -> links.remove(it));
                it.down(new IOException(why));
            });
        }

        void lose(String why) {
            down(why);
            receiver.publishing(Optional.of(new IOException(why)));
        }

        void findAgain() {
            if (comesBack()) {
                up();
                receiver.publishing(Optional.empty());
            }
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.of(8 << 20);
        }

        @Override
        public void publish(List<? extends Outgoing> pass) {
            for (Outgoing frame : pass) {
                if (isClosed() || gone) {
                    frame.notSent(new IOException("no bus"));
                } else {
                    of(frame.channel()).forEach(to -> hand(to, isOwn(to), frame.channel(), frame.bytes()));
                    answer(frame);
                }
            }
        }

        private synchronized boolean isClosed() {
            return closed;
        }

        private synchronized boolean isOwn(Link to) {
            return link.filter(to::equals).isPresent();
        }

        @Override
        public synchronized void subscribe(Collection<String> channels) {
            for (String channel : channels) {
                link.ifPresentOrElse(
                        up -> {
                            of(channel).add(up);
                            confirm(up, channel);
                        },
                        () -> receiver.unavailable(channel, new IOException("no bus")));
            }
        }

        @Override
        public synchronized void unsubscribe(Collection<String> channels) {
            link.ifPresent(up -> channels.forEach(channel -> giveUp(of(channel), up, channel)));
        }

        @Override
        public synchronized void reset(Link dead, String reason) {
            if (isOwn(dead)) {
                down(reason);
                up();
            }
        }

        @Override
        public synchronized CompletionStage<Void> close() {
            closed = true;
            down("closed");
            transports.remove(this);
            return CompletableFuture.completedStage(null);
        }
    }
}
