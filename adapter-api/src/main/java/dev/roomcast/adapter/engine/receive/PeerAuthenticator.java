package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Departures;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a genuine frame is fresh: its sender is alive, and the frame is no replay of a recording. On the
 * inbox's turn.
 *
 * <p>An unknown sender gets a random number as a challenge. Its frames are held until it has signed that number, and
 * dropped if it never does. Each frame of a verified sender states how many frames that sender had sent before, on all
 * channels. Only a higher count is fresh (each count once, if frames may overtake each other). So no frame is accepted
 * twice, whichever channels were unsubscribed and subscribed meanwhile.
 *
 * <p>Dropped frames that this node should perhaps have received are reported as missed: the frames of an unknown sender
 * that did not sign in time, frames beyond the limit, and frames that may have been sent before this node subscribed.
 */
public final class PeerAuthenticator {

    private static final int MOST_STRANGERS = 256;
    private static final int MOST_HELD_BYTES = 1 << 20;
    private static final int MOST_FORGOTTEN = 10_000;

    /** A frame that waits for its sender to show that it lives, and when it came. */
    public record Held(
            String channel,
            long order,
            long cameAt,
            byte[] bytes,
            @Nullable Target target) {}

    /** Is told of what a node may have missed. */
    public interface Missed {

        /** Frames of a node on these channels were dropped, the first of them then. */
        void missed(Incarnation from, Set<String> channels, long since);
    }

    private static final class Stranger {
        final Incarnation node;
        final long number;
        final long since;
        final Deque<Held> held = new ArrayDeque<>();
        /** Where frames came that are dropped, and may have been for this node. */
        final Set<String> missed = new HashSet<>();

        int bytes;

        Stranger(Incarnation node, long number, long since) {
            this.node = node;
            this.number = number;
            this.since = since;
        }
    }

    private final Execution execution;
    private final IntSupplier overtaking;
    private final BiConsumer<Incarnation, Long> ask;
    private final Missed listener;
    private final LongAdder dropped;
    private final Map<Incarnation, Stranger> strangers = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Incarnation, ReplayWindow> known = new HashMap<>();
    /** The highest place that was taken of nodes that are forgotten: if one comes back, what it sent before that is still old. */
    private final Map<Incarnation, Long> forgotten = new LinkedHashMap<>();

    /**
     * Knows nobody.
     *
     * @param overtaking how many frames may overtake another one
     * @param ask asks a stranger to sign a number
     */
    public PeerAuthenticator(
            Execution execution,
            Counters counters,
            IntSupplier overtaking,
            BiConsumer<Incarnation, Long> ask,
            Missed listener) {
        this.execution = execution;
        this.overtaking = overtaking;
        this.ask = ask;
        this.listener = listener;
        this.dropped = counters.of(Counters.FRAMES_REPLAYED);
    }

    public boolean knows(Incarnation node) {
        return known.containsKey(node);
    }

    /** Holds what a stranger says, and asks it to show that it lives. */
    public void hold(Incarnation from, Held frame) {
        Stranger stranger = strangers.get(from);
        if (stranger == null) {
            stranger = new Stranger(from, execution.random().getAsLong(), execution.now());
            strangers.put(from, stranger);
            if (strangers.size() > MOST_STRANGERS) {
                Iterator<Stranger> longestSilent = strangers.values().iterator();
                drop(longestSilent.next());
                longestSilent.remove();
            }
            ask(from);
        }
        if (stranger.bytes + frame.bytes().length > MOST_HELD_BYTES) {
            stranger.missed.add(frame.channel());
            dropped.increment();
            return;
        }
        stranger.bytes += frame.bytes().length;
        stranger.held.add(frame);
    }

    private void drop(Stranger stranger) {
        dropped.add(stranger.held.size());
        stranger.held.forEach(frame -> stranger.missed.add(frame.channel()));
        tellMissed(stranger);
    }

    private void tellMissed(Stranger stranger) {
        if (!stranger.missed.isEmpty()) {
            listener.missed(stranger.node, stranger.missed, stranger.since);
        }
    }

    /** Asks a stranger once more: the first time it may not have been able to hear. */
    public void ask(Incarnation stranger) {
        Stranger asked = strangers.get(stranger);
        if (asked != null) {
            ask.accept(stranger, asked.number);
        }
    }

    /**
     * A node has signed a number. Returns what was held of it, if that was the number.
     *
     * @param departures when what had left the node, as it says
     * @param listensSince since when this node hears: what left before is no concern of its
     */
    public List<Held> signed(Incarnation from, long number, List<Departures> departures, long listensSince) {
        Stranger stranger = strangers.get(from);
        if (stranger == null || stranger.number != number) {
            return List.of();
        }
        strangers.remove(from);
        Long taken = forgotten.remove(from);
        long before = Math.max(leftBefore(listensSince, departures), taken == null ? 0 : taken);
        long unclear =
                departures.isEmpty() ? 0 : departures.get(departures.size() - 1).frames();
        known.put(from, new ReplayWindow(overtaking.getAsInt() + 1, Math.max(before, unclear)));
        stranger.held.stream()
                .filter(frame -> frame.order() > before && frame.order() <= unclear)
                .forEach(frame -> stranger.missed.add(frame.channel()));
        tellMissed(stranger);
        return List.copyOf(stranger.held);
    }

    /** Up to which frame everything had left when this node began to listen: the answer was under way for some time, of which nothing is known. */
    private long leftBefore(long listensSince, List<Departures> departures) {
        long millis = TimeUnit.NANOSECONDS.toMillis(execution.now() - listensSince) + 1;
        return departures.stream()
                .filter(moment -> moment.age() >= millis)
                .mapToLong(Departures::frames)
                .max()
                .orElse(0);
    }

    /** A frame of a node that is known came. Returns whether it is fresh; if not, it is counted. */
    public boolean isFresh(Frame header) {
        ReplayWindow fresh = known.get(header.from());
        boolean isFresh = fresh != null && fresh.take(header.order());
        if (!isFresh) {
            dropped.increment();
        }
        return isFresh;
    }

    /** A heartbeat's time has passed. Who has not shown for so long that it lives does not. */
    public void beat(long patience) {
        long now = execution.now();
        List<Stranger> silent = strangers.values().stream()
                .filter(stranger -> now - stranger.since > patience)
                .toList();
        silent.forEach(stranger -> {
            strangers.remove(stranger.node);
            drop(stranger);
        });
        List.copyOf(strangers.keySet()).forEach(this::ask);
    }

    /** The channel was given up. */
    public void forget(String channel) {
        strangers.values().forEach(stranger -> {
            stranger.held.removeIf(held -> held.channel().equals(channel));
            stranger.missed.remove(channel);
        });
    }

    /** A node is not expected to come back. */
    public void forget(Incarnation node) {
        ReplayWindow frames = known.remove(node);
        if (frames != null) {
            forgotten.put(node, frames.highest());
            if (forgotten.size() > MOST_FORGOTTEN) {
                forgotten.remove(forgotten.keySet().iterator().next());
            }
        }
    }
}
