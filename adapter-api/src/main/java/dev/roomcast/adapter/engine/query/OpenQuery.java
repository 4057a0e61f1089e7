package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.Names;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One open query: the nodes that it waits for, and the results so far. On the inbox's turn, except for its constant
 * fields.
 */
public final class OpenQuery<T> {

    /** What the findings of the nodes amount to. On the inbox's turn. */
    public interface Collector<T> {

        /** Takes what a node has found, or a part of it, in order. */
        void add(PeerInfo from, QueryResult queryResult);

        /** Whether a node whose answer is here may still have something to say. */
        default boolean isOpen(PeerInfo from) {
            return false;
        }

        T result();

        /** What lacks although every node has answered, or null. */
        default @Nullable String lack() {
            return null;
        }
    }

    private static final int LONGEST_REASON = 1_000;

    final long id;
    final Query query;
    final CompletableFuture<Gathered<T>> stage = new GuardedStage<>();
    /** The only nodes that are asked, or null if all are. */
    final @Nullable Set<PeerInfo> named;

    private final Collector<T> collector;
    /** Whom it waits for, and how they are called should they not answer. */
    private final Map<Incarnation, PeerInfo> waiting = new HashMap<>();

    private final Map<Incarnation, Integer> parts = new HashMap<>();
    /** Whose answers are missing, and why. */
    private final Map<NodeInfo, String> missing = new LinkedHashMap<>();

    Scheduler.@Nullable Timer timer;
    private boolean isPut;

    OpenQuery(long id, Query query, @Nullable Set<PeerInfo> named, Collector<T> collector) {
        this.id = id;
        this.query = query;
        this.named = named;
        this.collector = collector;
    }

    boolean isPut() {
        return isPut;
    }

    /** An answer is on its way. */
    void waitFor(Incarnation node, PeerInfo known) {
        waiting.put(node, known);
    }

    /** It is put to some nodes. */
    void put(Map<Incarnation, PeerInfo> nodes) {
        isPut = true;
        waiting.putAll(nodes);
    }

    /** Takes what a node has found; it is of no interest from one that is not waited for, and after a part that is missing. */
    void found(Incarnation from, int part, int of, QueryResult queryResult) {
        PeerInfo node = waiting.get(from);
        if (node == null) {
            return;
        }
        int have = parts.getOrDefault(from, 0);
        if (queryResult instanceof QueryResult.Failed failed) {
            end(from, Names.shown(failed.why(), LONGEST_REASON));
        } else if (of == 0) {
            collector.add(node, queryResult);
            endIfAnswered(from, node);
        } else if (part == have && part < of) {
            collector.add(node, queryResult);
            parts.put(from, part + 1 == of ? Integer.MAX_VALUE : part + 1);
            endIfAnswered(from, node);
        }
    }

    private void endIfAnswered(Incarnation from, PeerInfo node) {
        if (parts.getOrDefault(from, 0) == Integer.MAX_VALUE && !collector.isOpen(node)) {
            waiting.remove(from);
        }
    }

    /** Nobody waits any more for a node that is gone; that is missing only if it was asked for by name. */
    void gone(Incarnation node) {
        PeerInfo known = waiting.remove(node);
        if (known != null && named != null) {
            missing.put(known, "it is gone");
        }
    }

    /** Nobody waits any more for a node, for a reason. */
    void end(Incarnation node, String why) {
        PeerInfo known = waiting.remove(node);
        if (known != null && parts.getOrDefault(node, 0) != Integer.MAX_VALUE) {
            missing.put(known, why);
        }
    }

    List<Incarnation> waitsFor() {
        return List.copyOf(waiting.keySet());
    }

    /** Nodes that will not be asked. */
    void isMissing(NodeInfo node, String why) {
        missing.putIfAbsent(node, why);
    }

    boolean isAnswered() {
        return isPut && waiting.isEmpty();
    }

    /** What there is, and what lacks. */
    GatheredResult<T> gatheredResult() {
        Set<String> lacks = new TreeSet<>();
        missing.forEach((node, why) -> lacks.add(node.name() + ": " + why));
        String more = collector.lack();
        if (more != null) {
            lacks.add(more);
        }
        if (!isPut) {
            lacks.add("this node has not met the others yet");
        }
        String incomplete = lacks.isEmpty() ? null : "the answer is not complete: " + String.join("; ", lacks);
        return new GatheredResult<>(collector.result(), Set.copyOf(missing.keySet()), incomplete);
    }
}
