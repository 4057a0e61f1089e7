package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.Outgoing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bus that connects the nodes of one JVM to a cluster. A bus has no settings and need not be closed: an application
 * hands it to a {@link MemoryTransportProvider}, and it is garbage after its nodes have ended.
 *
 * <p><b>Threading.</b> May be used from any thread. Like a broker it processes one request at a time. So all
 * subscribers of a channel receive the same frames in the same order, after the confirmation of their subscription and
 * never after its end.
 */
public final class MemoryBus {

    // One lock for everything, also while links are called: they only enqueue, and no order of two locks can go wrong.
    private final Object lock = new Object();
    private final Map<String, List<MemoryTransport>> subscribers = new HashMap<>();

    /** A bus without nodes. */
    public MemoryBus() {}

    /** What else has to be one step with what the bus does. */
    Object lock() {
        return lock;
    }

    void publish(Outgoing frame) {
        if (subscribers(frame.channel()).isEmpty()) {
            return;
        }
        byte[] bytes = frame.bytes();
        synchronized (lock) {
            subscribers(frame.channel()).forEach(subscriber -> subscriber.hear(frame.channel(), bytes));
        }
    }

    void subscribe(String channel, MemoryTransport transport) {
        synchronized (lock) {
            subscribers.merge(channel, List.of(transport), MemoryBus::concat);
        }
    }

    void unsubscribe(String channel, MemoryTransport transport) {
        synchronized (lock) {
            subscribers.computeIfPresent(
                    channel, (key, known) -> without(known, transport).orElse(null));
        }
    }

    boolean isIdle() {
        synchronized (lock) {
            return subscribers.isEmpty();
        }
    }

    private List<MemoryTransport> subscribers(String channel) {
        synchronized (lock) {
            return subscribers.getOrDefault(channel, List.of());
        }
    }

    private static List<MemoryTransport> concat(List<MemoryTransport> known, List<MemoryTransport> more) {
        List<MemoryTransport> all = new ArrayList<>(known);
        all.addAll(more);
        return List.copyOf(all);
    }

    private static Optional<List<MemoryTransport>> without(List<MemoryTransport> known, MemoryTransport gone) {
        List<MemoryTransport> rest = known.stream().filter(t -> !t.equals(gone)).toList();
        return rest.isEmpty() ? Optional.empty() : Optional.of(rest);
    }
}
