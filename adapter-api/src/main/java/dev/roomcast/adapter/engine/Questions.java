package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the other nodes that are still open. A wait for a node ends once: by its answer, its goodbye, or its death. On the
 * inbox's turn.
 */
final class Questions {

    private static final class Question {
        final CompletableFuture<Gathered<Set<String>>> stage;
        final Set<String> rooms;
        /** Whom it waits for, and how they are called should they not answer; null until it is known whom to ask. */
        @Nullable
        Map<Incarnation, KnownNode> waiting;
        /** Parts of an answer that have come so far. */
        final Map<Incarnation, Set<Integer>> parts = new HashMap<>();

        Scheduler.@Nullable Timer timer;

        Question(CompletableFuture<Gathered<Set<String>>> stage, Set<String> own) {
            this.stage = stage;
            this.rooms = new HashSet<>(own);
        }
    }

    private final Map<Long, Question> open = new HashMap<>();
    private final Stages stages;
    private long lastId;

    Questions(Stages stages) {
        this.stages = stages;
    }

    /** Opens a question, which begins with this node's own rooms. */
    long open(CompletableFuture<Gathered<Set<String>>> stage, Set<String> own) {
        long id = ++lastId;
        open.put(id, new Question(stage, own));
        return id;
    }

    void timer(long id, Scheduler.Timer timer) {
        Question question = open.get(id);
        if (question != null) {
            question.timer = timer;
        }
    }

    /** Says whom a question is put to; complete at once if that is nobody. */
    void ask(long id, Map<Incarnation, KnownNode> nodes) {
        Question question = open.get(id);
        if (question != null) {
            question.waiting = new HashMap<>(nodes);
            finishIfAnswered(id, question);
        }
    }

    /** Those that are open, but not put to anybody yet. */
    List<Long> unasked() {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue().waiting == null)
                .map(Map.Entry::getKey)
                .toList();
    }

    void answer(long id, Incarnation from, int part, int parts, Set<String> rooms) {
        Question question = open.get(id);
        Map<Incarnation, KnownNode> waiting = question == null ? null : question.waiting;
        if (question == null || waiting == null || !waiting.containsKey(from) || part >= parts) {
            return;
        }
        question.rooms.addAll(rooms);
        Set<Integer> have = question.parts.computeIfAbsent(from, node -> new HashSet<>());
        have.add(part);
        if (have.size() == parts) {
            waiting.remove(from);
            finishIfAnswered(id, question);
        }
    }

    /** Nobody waits any more for a node that is gone. */
    void gone(Incarnation node) {
        for (Map.Entry<Long, Question> entry : List.copyOf(open.entrySet())) {
            Map<Incarnation, KnownNode> waiting = entry.getValue().waiting;
            if (waiting != null && waiting.remove(node) != null) {
                finishIfAnswered(entry.getKey(), entry.getValue());
            }
        }
    }

    private void finishIfAnswered(long id, Question question) {
        if (question.waiting != null && question.waiting.isEmpty()) {
            finish(id, question, Set.of(), null);
        }
    }

    /** Ends a question with what there is. */
    void end(long id, Set<KnownNode> unasked, String why) {
        Question question = open.get(id);
        if (question == null) {
            return;
        }
        Set<NodeInfo> missing = new HashSet<>(question.waiting == null ? unasked : question.waiting.values());
        String names = missing.stream().map(NodeInfo::name).sorted().collect(Collectors.joining(", "));
        String incomplete = "the answer is not complete: " + why + (names.isEmpty() ? "" : "; missing: " + names)
                + "; ask again, or take what there is by some()";
        finish(id, question, Set.copyOf(missing), incomplete);
    }

    private void finish(long id, Question question, Set<NodeInfo> missing, @Nullable String incomplete) {
        open.remove(id);
        if (question.timer != null) {
            question.timer.cancel();
        }
        stages.complete(question.stage, new Answer<>(Names.snapshot(question.rooms), missing, incomplete));
    }

    List<Long> all() {
        return new ArrayList<>(open.keySet());
    }

    void close() {
        for (Question question : open.values()) {
            if (question.timer != null) {
                question.timer.cancel();
            }
            stages.fail(question.stage, Failures.closed());
        }
        open.clear();
    }
}
