package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.engine.config.OutagePolicy;
import dev.roomcast.adapter.engine.publish.Publisher.Waiting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The packets that wait for the end of an outage, each node's in the order of its calls; bounded in their number, their
 * bytes and their age, for all nodes of a wire together. On the publisher's turn.
 */
public final class Backlog {

    /**
     * How much may wait.
     *
     * @param packets at the most
     * @param bytes at the most
     * @param age for how long
     */
    public record Limits(int packets, int bytes, Duration age) {

        /** Nothing waits. */
        public static final Limits NONE = new Limits(0, 0, Duration.ZERO);

        public static Limits of(EngineSettings settings) {
            if (settings.get(EngineOptions.OUTAGE) == OutagePolicy.FAIL) {
                return NONE;
            }
            int half = settings.get(EngineOptions.QUEUE_BYTES) / 2;
            return new Limits(
                    settings.get(EngineOptions.OUTAGE_PACKETS),
                    // What nodes say to find each other again needs the rest.
                    Math.min(half, settings.get(EngineOptions.OUTAGE_BYTES)),
                    settings.get(EngineOptions.OUTAGE_AGE));
        }
    }

    /** What else a node's packets wait for, once the broker is back. Asked on the drain's turn. */
    public interface Gate {

        /** Whether the others are there to hear them. */
        boolean isOpen();

        /** Why what comes through the open gate must not leave all the same, or null. */
        @Nullable
        Throwable refusal();
    }

    private final Limits limits;
    /** No node without a packet. */
    private final Map<Incarnation, Deque<Waiting>> waiting = new LinkedHashMap<>();

    private final AtomicInteger packets = new AtomicInteger();
    private long bytes;

    public Backlog(Limits limits) {
        this.limits = limits;
    }

    /** Whether anything may ever wait. On any thread. */
    boolean isUsed() {
        return limits.packets() > 0;
    }

    /** How many packets wait. On any thread. */
    int size() {
        return packets.get();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean holdsAnyOf(Incarnation node) {
        return waiting.containsKey(node);
    }

    /** Takes a packet that comes after all others of its node; false if too much waits. */
    boolean add(Waiting packet) {
        return fits(packet) && of(packet).add(packet);
    }

    /** Takes packets back that were given out, and have not left: they come before all others of their nodes, in this order. */
    void putBack(List<Waiting> earlier, Consumer<Waiting> tooMuch) {
        List<Waiting> kept = earlier.stream()
                .filter(packet -> {
                    boolean fits = fits(packet);
                    if (!fits) {
                        tooMuch.accept(packet);
                    }
                    return fits;
                })
                .toList();
        for (ListIterator<Waiting> last = kept.listIterator(kept.size()); last.hasPrevious(); ) {
            Waiting packet = last.previous();
            of(packet).addFirst(packet);
        }
    }

    private boolean fits(Waiting packet) {
        if (packets.get() == limits.packets() || bytes + packet.bytes() > limits.bytes()) {
            return false;
        }
        count(1, packet);
        packet.stage().waits();
        return true;
    }

    private Deque<Waiting> of(Waiting packet) {
        return waiting.computeIfAbsent(packet.channel().from(), node -> new ArrayDeque<>());
    }

    private void count(int one, Waiting packet) {
        packets.addAndGet(one);
        bytes += (long) one * packet.bytes();
    }

    private Waiting next(Deque<Waiting> queue) {
        Waiting packet = queue.remove();
        count(-1, packet);
        return packet;
    }

    /** Gives out what waits at open gates, up to a number. */
    void release(int most, Consumer<Waiting> leaving, BiConsumer<Waiting, Throwable> refused) {
        int[] left = {most};
        waiting.values().removeIf(queue -> {
            while (left[0] > 0
                    && !queue.isEmpty()
                    && patience(queue.element()).gate().isOpen()) {
                left[0]--;
                Waiting packet = next(queue);
                Throwable why = patience(packet).gate().refusal();
                if (why == null) {
                    leaving.accept(packet);
                } else {
                    refused.accept(packet, why);
                }
            }
            return queue.isEmpty();
        });
    }

    /** Whether something waits that need not. */
    boolean isLate() {
        return waiting.values().stream()
                .anyMatch(queue -> patience(queue.element()).gate().isOpen());
    }

    /** Gives up what has waited for too long. */
    void expire(long now, Consumer<Waiting> each) {
        waiting.values().removeIf(queue -> {
            while (!queue.isEmpty() && expiry(queue.element()) - now <= 0) {
                each.accept(next(queue));
            }
            return queue.isEmpty();
        });
    }

    /** When something has waited for too long. */
    OptionalLong nextExpiry() {
        return waiting.values().stream()
                .mapToLong(queue -> expiry(queue.element()))
                .reduce((one, other) -> one - other < 0 ? one : other);
    }

    private long expiry(Waiting packet) {
        return patience(packet).since() + limits.age().toNanos();
    }

    /** Gives up everything of one node. */
    void clear(Incarnation node, Consumer<Waiting> each) {
        Deque<Waiting> queue = waiting.getOrDefault(node, new ArrayDeque<>());
        while (!queue.isEmpty()) {
            each.accept(next(queue));
        }
        waiting.remove(node);
    }

    /** Gives up everything. */
    void clear(Consumer<Waiting> each) {
        List.copyOf(waiting.keySet()).forEach(node -> clear(node, each));
    }

    IllegalStateException tooMuch() {
        return new IllegalStateException(
                "too much waits for the end of the outage already, " + packets + " packets with "
                        + bytes + " bytes: raise " + EngineOptions.OUTAGE_PACKETS + " (" + limits.packets() + ") or "
                        + EngineOptions.OUTAGE_BYTES + " (" + limits.bytes() + ") if there is memory for more");
    }

    IllegalStateException tooOld() {
        return new IllegalStateException("it has waited for " + limits.age() + " (" + EngineOptions.OUTAGE_AGE
                + "), and the outage has not ended");
    }

    private static Publisher.Patience patience(Waiting packet) {
        return Objects.requireNonNull(packet.patience(), "what cannot wait does not come here");
    }
}
