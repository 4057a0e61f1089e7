package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.Message.Asked;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Questions of this node to itself and the others. A wait for a node ends once: by its answer, its goodbye, its death, or the timeout.
 * On the inbox's turn, but for {@link #ask}, which any thread may call.
 */
final class Questions {

    /** What is to be known of the others. */
    interface Others {

        /** Those that are known, once everyone has been met; null before. On any thread. */
        @Nullable
        Map<Incarnation, KnownNode> met();

        /** Those that are known, met or not. */
        Map<Incarnation, KnownNode> known();

        /** How many those are. On the inbox's turn. */
        int count();

        /** Whether it is one of those. On the inbox's turn. */
        boolean isKnown(Incarnation node);

        /** Why none can be asked, or null. */
        @Nullable
        Throwable trouble();

        /** Says it to all others. On any thread. */
        CompletionStage<Void> say(Message message);

        /** Says it to one. On any thread. */
        CompletionStage<Void> say(Incarnation to, Message message);
    }

    private final Map<Long, Question<?>> open = new HashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Execution execution;
    private final Inbox inbox;
    private final Stages stages;
    private final Incarnation self;
    private final String name;
    private final Respondent respondent;
    private final Others others;
    private boolean closed;

    Questions(
            Execution execution,
            Inbox inbox,
            Stages stages,
            Incarnation self,
            String name,
            Respondent respondent,
            Others others) {
        this.execution = execution;
        this.inbox = inbox;
        this.stages = stages;
        this.self = self;
        this.name = name;
        this.respondent = respondent;
        this.others = others;
    }

    /** Whom a question is for. */
    record Whom(boolean isHereOnly, @Nullable Set<KnownNode> named) {

        static final Whom ALL = new Whom(false, null);
        static final Whom HERE = new Whom(true, null);

        boolean includes(String incarnation) {
            return named == null
                    || named.stream().anyMatch(node -> node.incarnation().equals(incarnation));
        }
    }

    /**
     * Asks. What the others are asked is on its way when this returns, once this node has met them; so it keeps its place among the
     * packets of this caller. Then this node itself is asked, on this thread.
     */
    <T> CompletionStage<Gathered<T>> ask(
            Inquiry inquiry, Whom whom, Duration timeout, Question.Collector<T> collector) {
        Question<T> question = new Question<>(lastId.incrementAndGet(), inquiry, whom.named(), collector);
        Map<Incarnation, KnownNode> met = whom.isHereOnly() ? Map.of() : others.met();
        Map<Incarnation, KnownNode> asked = met == null ? null : chosen(met, whom);
        inbox.run(() -> begin(question, whom, asked, timeout));
        if (asked != null) {
            put(question, asked);
        }
        if (whom.includes(self.toString())) {
            respondent.answer(
                    selfKnown(),
                    inquiry,
                    (part, parts, finding) -> inbox.run(() -> found(question.id, self, part, parts, finding)));
        }
        return question.stage;
    }

    private KnownNode selfKnown() {
        return new KnownNode(self.toString(), name, Status.ALIVE);
    }

    private static Map<Incarnation, KnownNode> chosen(Map<Incarnation, KnownNode> nodes, Whom whom) {
        Map<Incarnation, KnownNode> chosen = new HashMap<>(nodes);
        chosen.values().removeIf(node -> !whom.includes(node.incarnation()));
        return chosen;
    }

    /** Of those that are known, whom it concerns. */
    private Map<Incarnation, KnownNode> chosen(Question<?> question) {
        return chosen(others.known(), new Whom(false, question.named));
    }

    private void begin(Question<?> question, Whom whom, @Nullable Map<Incarnation, KnownNode> asked, Duration timeout) {
        if (closed) {
            stages.fail(question.stage, Failures.closed());
            return;
        }
        open.put(question.id, question);
        question.timer = execution.scheduler().after(timeout, () -> inbox.run(() -> late(question, timeout)));
        if (whom.includes(self.toString())) {
            // Its answer may come before it is known whom else to ask.
            question.waitFor(self, selfKnown());
        }
        if (asked != null) {
            waitFor(question, asked);
        }
        Throwable trouble = others.trouble();
        if (trouble != null) {
            cut(question, cannotReach(trouble));
        }
        finishIfAnswered(question);
    }

    private void waitFor(Question<?> question, Map<Incarnation, KnownNode> asked) {
        Map<Incarnation, KnownNode> waiting = new HashMap<>(asked);
        waiting.keySet().retainAll(others.known().keySet());
        for (KnownNode node : List.copyOf(waiting.values())) {
            if (node.status() == Status.INCOMPATIBLE) {
                waiting.values().remove(node);
                question.isMissing(node, "it does not speak the cluster's version of the wire");
            }
        }
        question.put(waiting);
        if (question.named != null) {
            Set<String> awaited = new HashSet<>(Set.of(self.toString()));
            waiting.values().forEach(node -> awaited.add(node.incarnation()));
            question.named.stream()
                    .filter(node -> !awaited.contains(node.incarnation()))
                    .forEach(node -> question.isMissing(node, "it is gone"));
        }
    }

    private void put(Question<?> question, Map<Incarnation, KnownNode> asked) {
        if (asked.isEmpty()) {
            return;
        }
        Asked message = new Asked(question.id, question.inquiry);
        if (question.named == null) {
            unless(others.say(message), why -> cut(question, why));
        } else {
            asked.keySet()
                    .forEach(node -> unless(others.say(node, message), why -> {
                        question.end(node, why);
                        finishIfAnswered(question);
                    }));
        }
    }

    /** What was certainly not sent needs no waiting. */
    private void unless(CompletionStage<Void> said, Consumer<String> notSent) {
        said.whenComplete((done, failure) -> {
            if (failure != null
                    && Failures.causeOf(failure) instanceof AdapterException known
                    && known.outcome() == Outcome.NOT_SENT) {
                inbox.run(() -> notSent.accept(Failures.text(known)));
            }
        });
    }

    /** The others have been met: what waited for that is put to them. */
    void met() {
        for (Question<?> question : List.copyOf(open.values())) {
            if (!question.isPut()) {
                Map<Incarnation, KnownNode> asked = chosen(question);
                waitFor(question, asked);
                put(question, asked);
                finishIfAnswered(question);
            }
        }
    }

    void found(long id, Incarnation from, int part, int parts, Finding finding) {
        Question<?> question = open.get(id);
        if (question != null) {
            question.found(from, part, parts, finding);
            finishIfAnswered(question);
        }
    }

    /** Nobody waits any more for a node that is gone. */
    void gone(Incarnation node) {
        for (Question<?> question : List.copyOf(open.values())) {
            question.gone(node);
            finishIfAnswered(question);
        }
    }

    /** Nobody else can be reached. */
    void cutAll(Throwable why) {
        List.copyOf(open.values()).forEach(question -> cut(question, cannotReach(why)));
    }

    private static String cannotReach(Throwable why) {
        return "this node cannot reach the others (" + Failures.text(why) + ")";
    }

    /** Waits for this node itself and nobody else. */
    private void cut(Question<?> question, String why) {
        if (!question.isPut()) {
            waitFor(question, chosen(question));
        }
        endAll(question, node -> !node.equals(self), why);
        finishIfAnswered(question);
    }

    private static void endAll(Question<?> question, Predicate<Incarnation> which, String why) {
        question.waitsFor().stream().filter(which).forEach(node -> question.end(node, why));
    }

    private void late(Question<?> question, Duration timeout) {
        if (question.isPut()) {
            endAll(question, node -> true, "no answer within " + timeout);
        } else {
            chosen(question).values().forEach(node -> question.isMissing(node, "it has not been met yet"));
        }
        finish(question);
    }

    private void finishIfAnswered(Question<?> question) {
        if (question.isAnswered()) {
            finish(question);
        }
    }

    /** Once: what comes to a question that is answered, or closed, changes nothing. */
    private <T> void finish(Question<T> question) {
        if (open.remove(question.id) != null) {
            stop(question);
            stages.complete(question.stage, question.answer());
        }
    }

    private static void stop(Question<?> question) {
        if (question.timer != null) {
            question.timer.cancel();
        }
    }

    void close() {
        closed = true;
        for (Question<?> question : open.values()) {
            stop(question);
            stages.fail(question.stage, Failures.closed());
        }
        open.clear();
    }
}
