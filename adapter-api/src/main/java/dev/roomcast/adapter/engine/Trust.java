package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a frame that is genuine is fresh as well: its sender lives, and the frame was not recorded and sent again. On the inbox's turn.
 *
 * <p>A stranger is asked for a number that was drawn for it; what it says meanwhile is held until it has signed that number, and dropped
 * if it never does. Of those that have, each frame says how many the node had sent before it, on all channels: only a higher count is
 * fresh, and so nothing comes twice, whichever channels were given up and subscribed meanwhile.
 */
final class Trust {

    private static final int MOST_STRANGERS = 256;
    private static final int MOST_HELD_BYTES = 1 << 20;

    /** A frame that waits for its sender to show that it lives. */
    record Held(String channel, byte[] bytes, @Nullable Target target) {}

    private static final class Stranger {
        final long number;
        final long since;
        final Deque<Held> held = new ArrayDeque<>();
        int bytes;

        Stranger(long number, long since) {
            this.number = number;
            this.since = since;
        }
    }

    private static final class Acquaintance {
        long order;
    }

    private final Execution execution;
    private final BiConsumer<Incarnation, Long> ask;
    private final LongAdder dropped;
    private final Map<Incarnation, Stranger> strangers = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Incarnation, Acquaintance> known = new HashMap<>();

    /**
     * Knows nobody.
     *
     * @param ask asks a stranger to sign a number
     */
    Trust(Execution execution, Counters counters, BiConsumer<Incarnation, Long> ask) {
        this.execution = execution;
        this.ask = ask;
        this.dropped = counters.of(Counters.FRAMES_REPLAYED);
    }

    boolean knows(Incarnation node) {
        return known.containsKey(node);
    }

    /** Holds what a stranger says, and asks it to show that it lives. */
    void hold(Incarnation from, Held frame) {
        Stranger stranger = strangers.get(from);
        if (stranger == null) {
            stranger = new Stranger(execution.random().getAsLong(), execution.now());
            strangers.put(from, stranger);
            if (strangers.size() > MOST_STRANGERS) {
                Iterator<Stranger> longestSilent = strangers.values().iterator();
                dropped.add(longestSilent.next().held.size());
                longestSilent.remove();
            }
            ask(from);
        }
        if (stranger.bytes + frame.bytes().length > MOST_HELD_BYTES) {
            // What follows shows by its number that something is missing.
            dropped.increment();
            return;
        }
        stranger.bytes += frame.bytes().length;
        stranger.held.add(frame);
    }

    /** Asks a stranger once more: the first time it may not have been able to hear. */
    void ask(Incarnation stranger) {
        Stranger asked = strangers.get(stranger);
        if (asked != null) {
            ask.accept(stranger, asked.number);
        }
    }

    /**
     * A node has signed a number. Returns what was held of it, if that was the number.
     *
     * @param floor what it sent up to this one is not to be taken any more
     */
    List<Held> signed(Incarnation from, long number, long floor) {
        Stranger stranger = strangers.get(from);
        if (stranger == null || stranger.number != number) {
            return List.of();
        }
        strangers.remove(from);
        Acquaintance acquaintance = new Acquaintance();
        acquaintance.order = floor;
        known.put(from, acquaintance);
        return List.copyOf(stranger.held);
    }

    /** A frame of a node that is known came. Returns whether it is fresh; if not, it is counted. */
    boolean isFresh(Frame header) {
        Acquaintance from = known.get(header.from());
        if (from == null || header.order() <= from.order) {
            dropped.increment();
            return false;
        }
        from.order = header.order();
        return true;
    }

    /** A heartbeat's time has passed. Who has not shown for so long that it lives does not. */
    void beat(long patience) {
        long now = execution.now();
        strangers.values().removeIf(stranger -> {
            boolean isOver = now - stranger.since > patience;
            dropped.add(isOver ? stranger.held.size() : 0);
            return isOver;
        });
        List.copyOf(strangers.keySet()).forEach(this::ask);
    }

    /** The channel was given up. */
    void forget(String channel) {
        strangers
                .values()
                .forEach(stranger ->
                        stranger.held.removeIf(held -> held.channel().equals(channel)));
    }

    /** A node does not come back. */
    void forget(Incarnation node) {
        known.remove(node);
    }
}
