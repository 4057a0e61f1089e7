package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The times and frame numbers of the last few heartbeats of each node, to compare {@link HeartbeatMark}s with. On the
 * inbox's turn.
 */
final class HeartbeatHistory {

    /** No such frame came. */
    static final long NEVER = Long.MIN_VALUE;

    private static final int MOST_NODES = 10_000;
    private static final int MOST_OF_ONE = 8;

    private record Beat(long number, long at) {}

    private final Map<Incarnation, Deque<Beat>> beats = new LinkedHashMap<>(16, 0.75f, true);

    /** A frame with a heartbeat came on the namespace's channel, then. */
    void heard(Incarnation from, long number, long at) {
        Deque<Beat> its = beats.computeIfAbsent(from, node -> new ArrayDeque<>(4));
        its.addLast(new Beat(number, at));
        if (its.size() > MOST_OF_ONE) {
            its.removeFirst();
        }
        if (beats.size() > MOST_NODES) {
            beats.remove(beats.keySet().iterator().next());
        }
    }

    /** When the last one up to a number came, if that was after a moment; else {@link #NEVER}. */
    long lastUpTo(Incarnation from, long number, long moment) {
        Deque<Beat> its = beats.get(from);
        if (its == null) {
            return NEVER;
        }
        Iterator<Beat> latestFirst = its.descendingIterator();
        while (latestFirst.hasNext()) {
            Beat beat = latestFirst.next();
            if (beat.number() <= number) {
                return beat.at() - moment > 0 ? beat.at() : NEVER;
            }
        }
        return NEVER;
    }

    /** When the last one came, or {@link #NEVER}. */
    long last(Incarnation from) {
        Deque<Beat> its = beats.get(from);
        return its == null ? NEVER : its.getLast().at();
    }

    void forget(Incarnation node) {
        beats.remove(node);
    }
}
