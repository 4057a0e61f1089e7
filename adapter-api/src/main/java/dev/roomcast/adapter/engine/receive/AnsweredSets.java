package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Named;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sets of nodes in the answers to a hello, each given by its hash. A set is resolved if this node has known exactly
 * that set itself since its hello, or has got its names. Other sets are open, and one of the nodes that have answered
 * with such a set is asked for the names. On the inbox's turn.
 */
final class AnsweredSets {

    /** Against nodes that come and go without end: what is forgotten is asked for. */
    private static final int MOST_KNOWN = 1 << 15;

    private static final class Open {
        final long hash;
        long since;

        Open(long hash, long since) {
            this.hash = hash;
            this.since = since;
        }
    }

    /** Nodes that have answered with a set that is open, and since when they have. */
    private final Map<Incarnation, Open> open = new HashMap<>();

    /** Nodes that did not tell names in time. */
    private final Set<Incarnation> expired = new HashSet<>();

    private final Map<Long, Set<Incarnation>> answerers = new HashMap<>();
    /** The same nodes in the order in which they are asked, which is another one on each node: so no node is asked by all. */
    private final NavigableSet<Incarnation> order;

    private final Set<Long> known = new LinkedHashSet<>();
    private long latest;
    private @Nullable Incarnation asked;
    /** Whether its names are waited for: not once its set was closed. If it answers with another one later, it has to be asked again. */
    private boolean isAsking;
    /** What the names make that the node which was asked last has told since. */
    private long named;

    /** @param salt drawn for this hello */
    AnsweredSets(long salt) {
        this.order = new TreeSet<>(Comparator.<Incarnation>comparingLong(node -> node.high() ^ salt)
                .thenComparingLong(Incarnation::low));
    }

    /** All nodes of a set have been named. */
    void know(long hash) {
        if (known.add(hash)) {
            latest = hash;
            if (known.size() > MOST_KNOWN) {
                Iterator<Long> oldest = known.iterator();
                oldest.next();
                oldest.remove();
            }
            Set<Incarnation> answered = answerers.remove(hash);
            if (answered != null) {
                answered.forEach(open::remove);
                order.removeAll(answered);
                endAskingIfClosed();
            }
        }
    }

    /** The set that became known last. */
    long latest() {
        return latest;
    }

    /**
     * A node has answered; what it answered before counts no more.
     *
     * @param hash of the nodes that it receives, itself among them
     * @param names of nodes in that set, if it was asked for them: all of them, or a part
     * @param now the time in nanoseconds
     */
    void answer(Incarnation from, long hash, List<Named> names, long now) {
        if (from.equals(asked)) {
            for (Named one : names) {
                named ^= one.incarnation().high();
            }
            if ((named ^ from.high()) == hash) {
                know(hash);
            }
        }
        Open before = close(from);
        if (!known.contains(hash) && !expired.contains(from)) {
            open.put(from, new Open(hash, before == null ? now : before.since));
            answerers.computeIfAbsent(hash, set -> new HashSet<>()).add(from);
            order.add(from);
        }
        endAskingIfClosed();
    }

    private void endAskingIfClosed() {
        isAsking &= asked != null && open.containsKey(asked);
    }

    /** A node is gone. Returns whether nobody is left who could tell the names in a set that is open. */
    boolean gone(Incarnation node) {
        Open before = close(node);
        endAskingIfClosed();
        return before != null && !answerers.containsKey(before.hash);
    }

    private @Nullable Open close(Incarnation node) {
        Open closed = open.remove(node);
        if (closed != null) {
            order.remove(node);
            answerers.computeIfPresent(closed.hash, (set, nodes) -> {
                nodes.remove(node);
                return nodes.isEmpty() ? null : nodes;
            });
        }
        return closed;
    }

    /**
     * The sets that have been open for so long need no names any more: each of their nodes has been heard itself by its heartbeats, or has
     * timed out. A node that does not tell them must not keep this one waiting for ever.
     */
    void expire(long now, long patience) {
        List<Incarnation> late = open.entrySet().stream()
                .filter(one -> now - one.getValue().since > patience)
                .map(Map.Entry::getKey)
                .toList();
        late.forEach(this::close);
        expired.addAll(late);
        endAskingIfClosed();
    }

    /** This node itself stood still for so long. */
    void forgive(long nanos) {
        open.values().forEach(one -> one.since += nanos);
    }

    /** How many sets are open. */
    int size() {
        return answerers.size();
    }

    /** Whether the set of the node that was asked last is still open. */
    boolean isAsking() {
        return isAsking;
    }

    boolean isAsking(Incarnation node) {
        return isAsking && node.equals(asked);
    }

    /** The next node to be asked for the names that it knows, which is asked from now on. */
    Optional<Incarnation> ask() {
        Incarnation next = asked == null ? null : order.higher(asked);
        asked = next != null || order.isEmpty() ? next : order.first();
        named = 0;
        isAsking = asked != null;
        return Optional.ofNullable(asked);
    }

    /** Nobody is asked any more. */
    void clear() {
        open.clear();
        answerers.clear();
        order.clear();
        known.clear();
        expired.clear();
        asked = null;
        isAsking = false;
    }
}
