package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One question that is open: whom it waits for, and what has come. On the inbox's turn, but for what never changes. */
final class Question<T> {

    /** What the findings of the nodes amount to. On the inbox's turn. */
    interface Collector<T> {

        /** Takes what a node has found, or a part of it, in order. */
        void add(KnownNode from, Finding finding);

        /** Whether a node whose answer is here may still have something to say. */
        default boolean isOpen(KnownNode from) {
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
    final Inquiry inquiry;
    final CompletableFuture<Gathered<T>> stage = new CompletableFuture<>();
    /** The only nodes that are asked, or null if all are. */
    final @Nullable Set<KnownNode> named;

    private final Collector<T> collector;
    /** Whom it waits for, and how they are called should they not answer. */
    private final Map<Incarnation, KnownNode> waiting = new HashMap<>();

    private final Map<Incarnation, Integer> parts = new HashMap<>();
    /** Whose answers are missing, and why. */
    private final Map<NodeInfo, String> missing = new LinkedHashMap<>();

    Scheduler.@Nullable Timer timer;
    private boolean isPut;

    Question(long id, Inquiry inquiry, @Nullable Set<KnownNode> named, Collector<T> collector) {
        this.id = id;
        this.inquiry = inquiry;
        this.named = named;
        this.collector = collector;
    }

    boolean isPut() {
        return isPut;
    }

    /** An answer is on its way. */
    void waitFor(Incarnation node, KnownNode known) {
        waiting.put(node, known);
    }

    /** It is put to some nodes. */
    void put(Map<Incarnation, KnownNode> nodes) {
        isPut = true;
        waiting.putAll(nodes);
    }

    /** Takes what a node has found; it is of no interest from one that is not waited for, and after a part that is missing. */
    void found(Incarnation from, int part, int of, Finding finding) {
        KnownNode node = waiting.get(from);
        if (node == null) {
            return;
        }
        int have = parts.getOrDefault(from, 0);
        if (finding instanceof Finding.Failed failed) {
            end(from, Names.shown(failed.why(), LONGEST_REASON));
        } else if (of == 0) {
            collector.add(node, finding);
            endIfAnswered(from, node);
        } else if (part == have && part < of) {
            collector.add(node, finding);
            parts.put(from, part + 1 == of ? Integer.MAX_VALUE : part + 1);
            endIfAnswered(from, node);
        }
    }

    private void endIfAnswered(Incarnation from, KnownNode node) {
        if (parts.getOrDefault(from, 0) == Integer.MAX_VALUE && !collector.isOpen(node)) {
            waiting.remove(from);
        }
    }

    /** Nobody waits any more for a node that is gone; that is missing only if it was asked for by name. */
    void gone(Incarnation node) {
        KnownNode known = waiting.remove(node);
        if (known != null && named != null) {
            missing.put(known, "it is gone");
        }
    }

    /** Nobody waits any more for a node, for a reason. */
    void end(Incarnation node, String why) {
        KnownNode known = waiting.remove(node);
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
    Answer<T> answer() {
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
        return new Answer<>(collector.result(), Set.copyOf(missing.keySet()), incomplete);
    }
}
