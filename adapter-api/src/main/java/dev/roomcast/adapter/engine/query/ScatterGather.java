package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.engine.runtime.Stages;
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
 * Sends queries of this node to all nodes, and gathers their answers. The wait for a node ends by its answer, its
 * goodbye, its declaration as gone, or the timeout. On the inbox's turn, but for {@link #ask}, which any thread may
 * call.
 */
public final class ScatterGather {

    /** What is to be known of the others. */
    public interface Others {

        /** Those that are known, once everyone has been met; null before. On any thread. */
        @Nullable
        Map<Incarnation, PeerInfo> met();

        /** Those that are known, met or not. */
        Map<Incarnation, PeerInfo> known();

        /** How many those are. On the inbox's turn. */
        int count();

        /** Whether it is one of those. On the inbox's turn. */
        boolean isKnown(Incarnation node);

        /** Why none can be asked, or null. */
        @Nullable
        Throwable trouble();

        /** Says it to all others. On any thread. */
        CompletionStage<?> say(Message message);

        /** Says it to one. On any thread. */
        CompletionStage<?> say(Incarnation to, Message message);
    }

    private final Map<Long, OpenQuery<?>> open = new HashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Execution execution;
    private final Inbox inbox;
    private final Stages stages;
    private final Incarnation self;
    private final String name;
    private final QueryHandler queryHandler;
    private final Others others;
    private boolean closed;

    public ScatterGather(
            Execution execution,
            Inbox inbox,
            Stages stages,
            Incarnation self,
            String name,
            QueryHandler queryHandler,
            Others others) {
        this.execution = execution;
        this.inbox = inbox;
        this.stages = stages;
        this.self = self;
        this.name = name;
        this.queryHandler = queryHandler;
        this.others = others;
    }

    /** Whom a question is for. */
    public record AskedNodes(boolean isHereOnly, @Nullable Set<PeerInfo> named) {

        public static final AskedNodes ALL = new AskedNodes(false, null);
        public static final AskedNodes HERE = new AskedNodes(true, null);

        boolean includes(String incarnation) {
            return named == null
                    || named.stream().anyMatch(node -> node.incarnation().equals(incarnation));
        }
    }

    /**
     * Asks. What the others are asked is on its way when this returns, once this node has met them; so it keeps its place among the
     * packets of this caller. Then this node itself is asked, on this thread.
     */
    public <T> CompletionStage<Gathered<T>> ask(
            Query query, AskedNodes askedNodes, Duration timeout, OpenQuery.Collector<T> collector) {
        OpenQuery<T> openQuery = new OpenQuery<>(lastId.incrementAndGet(), query, askedNodes.named(), collector);
        Map<Incarnation, PeerInfo> met = askedNodes.isHereOnly() ? Map.of() : others.met();
        Map<Incarnation, PeerInfo> asked = met == null ? null : chosen(met, askedNodes);
        inbox.run(() -> begin(openQuery, askedNodes, asked, timeout));
        if (asked != null) {
            put(openQuery, asked);
        }
        if (askedNodes.includes(self.toString())) {
            queryHandler.answer(
                    selfKnown(),
                    query,
                    (part, parts, queryResult) -> inbox.run(() -> found(openQuery.id, self, part, parts, queryResult)));
        }
        return openQuery.stage;
    }

    private PeerInfo selfKnown() {
        return new PeerInfo(self.toString(), name, Status.ALIVE);
    }

    private static Map<Incarnation, PeerInfo> chosen(Map<Incarnation, PeerInfo> nodes, AskedNodes askedNodes) {
        Map<Incarnation, PeerInfo> chosen = new HashMap<>(nodes);
        chosen.values().removeIf(node -> !askedNodes.includes(node.incarnation()));
        return chosen;
    }

    /** Of those that are known, whom it concerns. */
    private Map<Incarnation, PeerInfo> chosen(OpenQuery<?> openQuery) {
        return chosen(others.known(), new AskedNodes(false, openQuery.named));
    }

    private void begin(
            OpenQuery<?> openQuery,
            AskedNodes askedNodes,
            @Nullable Map<Incarnation, PeerInfo> asked,
            Duration timeout) {
        if (closed) {
            stages.fail(openQuery.stage, Failures.closed());
            return;
        }
        open.put(openQuery.id, openQuery);
        openQuery.timer = execution.scheduler().after(timeout, () -> inbox.run(() -> late(openQuery, timeout)));
        if (askedNodes.includes(self.toString())) {
            // Its answer may come before it is known whom else to ask.
            openQuery.waitFor(self, selfKnown());
        }
        if (asked != null) {
            waitFor(openQuery, asked);
        }
        Throwable trouble = others.trouble();
        if (trouble != null) {
            cut(openQuery, cannotReach(trouble));
        }
        finishIfAnswered(openQuery);
    }

    private void waitFor(OpenQuery<?> openQuery, Map<Incarnation, PeerInfo> asked) {
        Map<Incarnation, PeerInfo> waiting = new HashMap<>(asked);
        waiting.keySet().retainAll(others.known().keySet());
        for (PeerInfo node : List.copyOf(waiting.values())) {
            if (node.status() == Status.INCOMPATIBLE) {
                waiting.values().remove(node);
                openQuery.isMissing(node, "it does not support the cluster's version of the wire");
            }
        }
        openQuery.put(waiting);
        if (openQuery.named != null) {
            Set<String> awaited = new HashSet<>(Set.of(self.toString()));
            waiting.values().forEach(node -> awaited.add(node.incarnation()));
            openQuery.named.stream()
                    .filter(node -> !awaited.contains(node.incarnation()))
                    .forEach(node -> openQuery.isMissing(node, "it is gone"));
        }
    }

    private void put(OpenQuery<?> openQuery, Map<Incarnation, PeerInfo> asked) {
        if (asked.isEmpty()) {
            return;
        }
        QueryRequest message = new QueryRequest(openQuery.id, openQuery.query);
        if (openQuery.named == null) {
            unless(others.say(message), why -> cut(openQuery, why));
        } else {
            asked.keySet()
                    .forEach(node -> unless(others.say(node, message), why -> {
                        openQuery.end(node, why);
                        finishIfAnswered(openQuery);
                    }));
        }
    }

    /** What was certainly not sent needs no waiting. */
    private void unless(CompletionStage<?> said, Consumer<String> notSent) {
        said.whenComplete((done, failure) -> {
            if (failure != null
                    && Failures.causeOf(failure) instanceof AdapterException known
                    && known.outcome() == Outcome.NOT_SENT) {
                inbox.run(() -> notSent.accept(Failures.text(known)));
            }
        });
    }

    /** The others have been met: what waited for that is put to them. */
    public void met() {
        for (OpenQuery<?> openQuery : List.copyOf(open.values())) {
            if (!openQuery.isPut()) {
                Map<Incarnation, PeerInfo> asked = chosen(openQuery);
                waitFor(openQuery, asked);
                put(openQuery, asked);
                finishIfAnswered(openQuery);
            }
        }
    }

    public void found(long id, Incarnation from, int part, int parts, QueryResult queryResult) {
        OpenQuery<?> openQuery = open.get(id);
        if (openQuery != null) {
            openQuery.found(from, part, parts, queryResult);
            finishIfAnswered(openQuery);
        }
    }

    /** Nobody waits any more for a node that is gone. */
    public void gone(Incarnation node) {
        for (OpenQuery<?> openQuery : List.copyOf(open.values())) {
            openQuery.gone(node);
            finishIfAnswered(openQuery);
        }
    }

    /** Nobody else can be reached. */
    public void cutAll(Throwable why) {
        List.copyOf(open.values()).forEach(openQuery -> cut(openQuery, cannotReach(why)));
    }

    private static String cannotReach(Throwable why) {
        return "this node cannot reach the others (" + Failures.text(why) + ")";
    }

    /** Waits for this node itself and nobody else. */
    private void cut(OpenQuery<?> openQuery, String why) {
        if (!openQuery.isPut()) {
            waitFor(openQuery, chosen(openQuery));
        }
        endAll(openQuery, node -> !node.equals(self), why);
        finishIfAnswered(openQuery);
    }

    private static void endAll(OpenQuery<?> openQuery, Predicate<Incarnation> which, String why) {
        openQuery.waitsFor().stream().filter(which).forEach(node -> openQuery.end(node, why));
    }

    private void late(OpenQuery<?> openQuery, Duration timeout) {
        if (openQuery.isPut()) {
            endAll(openQuery, node -> true, "no answer within " + timeout);
        } else {
            chosen(openQuery).values().forEach(node -> openQuery.isMissing(node, "it has not been met yet"));
        }
        finish(openQuery);
    }

    private void finishIfAnswered(OpenQuery<?> openQuery) {
        if (openQuery.isAnswered()) {
            finish(openQuery);
        }
    }

    /** Once: what comes to a question that is answered, or closed, changes nothing. */
    private <T> void finish(OpenQuery<T> openQuery) {
        if (open.remove(openQuery.id) != null) {
            stop(openQuery);
            stages.complete(openQuery.stage, openQuery.gatheredResult());
        }
    }

    private static void stop(OpenQuery<?> openQuery) {
        if (openQuery.timer != null) {
            openQuery.timer.cancel();
        }
    }

    public void close() {
        closed = true;
        for (OpenQuery<?> openQuery : open.values()) {
            stop(openQuery);
            stages.fail(openQuery.stage, Failures.closed());
        }
        open.clear();
    }
}
