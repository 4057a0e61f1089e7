package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.cluster.Link;
import dev.roomcast.adapter.cluster.Outgoing;
import dev.roomcast.adapter.cluster.Receiver;
import dev.roomcast.adapter.cluster.Settings;
import dev.roomcast.adapter.cluster.Traits;
import dev.roomcast.adapter.cluster.Transport;
import dev.roomcast.adapter.cluster.TransportProvider;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

/** The least broker that a cluster can be had with: channels in this JVM, and a transport that does everything at once. */
final class Bus implements TransportProvider {

    private final Map<String, Collection<Link>> subscribers = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "bus";
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        BusTransport transport = new BusTransport(receiver);
        receiver.publishing(Optional.empty());
        return transport;
    }

    private Collection<Link> of(String channel) {
        return subscribers.computeIfAbsent(channel, c -> new CopyOnWriteArraySet<>());
    }

    private final class BusTransport implements Transport {

        private final Receiver receiver;
        private Link link;

        BusTransport(Receiver receiver) {
            this.receiver = receiver;
            this.link = receiver.linkUp("the bus");
        }

        @Override
        public Traits traits() {
            return Traits.of(8 << 20);
        }

        @Override
        public void publish(List<? extends Outgoing> pass) {
            for (Outgoing frame : pass) {
                of(frame.channel()).forEach(link -> link.frame(frame.channel(), frame.bytes()));
                frame.accepted();
            }
        }

        @Override
        public void subscribe(Collection<String> channels) {
            for (String channel : channels) {
                of(channel).add(link);
                link.subscribed(channel);
            }
        }

        @Override
        public void unsubscribe(Collection<String> channels) {
            for (String channel : channels) {
                of(channel).remove(link);
                link.unsubscribed(channel);
            }
        }

        @Override
        public void reset(Link dead, String reason) {
            if (dead.equals(link)) {
                end(reason);
                link = receiver.linkUp("the bus, again");
            }
        }

        private void end(String reason) {
            Link dead = link;
            subscribers.values().forEach(links -> links.remove(dead));
            dead.down(new IOException(reason));
        }

        @Override
        public CompletionStage<Void> close() {
            end("closed");
            return CompletableFuture.completedStage(null);
        }
    }
}
