package dev.roomcast.adapter.engine.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeHandler;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.query.ScatterGather.AskedNodes;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whom a question waits for, and what ends the wait. This node's own answer is "here". */
class ScatterGatherTest {

    private static final Incarnation SELF = new Incarnation(9, 9);
    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);
    private static final PeerInfo NODE_A = new PeerInfo(A.toString(), "a", Status.ALIVE);
    private static final PeerInfo NODE_B = new PeerInfo(B.toString(), "b", Status.ALIVE);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime(1);
    private int timers;
    private final Wire wire = new Wire(counting(time.execution()), 1 << 20, SECOND, SECOND);
    private final RoomIndex index = new RoomIndex(new NoObserver(), 1);
    private final QueryHandler queryHandler = new QueryHandler(
            new LocalNode(index, wire.delivery(), new Counters()),
            new Nobody(),
            wire.execution(),
            wire.stages(),
            wire.disconnects(),
            new Counters(),
            () -> 1 << 16);
    private final Others others = new Others();
    private final ScatterGather scatterGather =
            new ScatterGather(wire.execution(), wire.inbox(), wire.stages(), SELF, "self", queryHandler, others);

    ScatterGatherTest() {
        wire.inbox().open();
        LocalMember member = new LocalMember(index, Connection.of("m", packet -> {}, why -> {}), "m", null, Map.of());
        index.add(member);
        index.join(member, List.of("here"));
    }

    @Test
    void allAreAskedAtOnceAndTheAnswerIsThatOfAll() {
        others.areMet(NODE_A, NODE_B);
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        assertEquals(List.of("all"), others.said);
        found(A, "ra");
        assertFalse(isDone(asked));
        found(B, "rb");
        assertEquals(Set.of("here", "ra", "rb"), now(asked).all());
    }

    @Test
    void whereNobodyElseIsNothingIsSaid() {
        others.areMet();
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        pass();
        assertEquals(List.of(), others.said);
        assertEquals(Set.of("here"), now(asked).all());
    }

    @Test
    void whoIsNamedIsAskedAlone() {
        others.areMet(NODE_A, NODE_B);
        CompletionStage<Gathered<Set<String>>> asked = ask(named(NODE_A));
        assertEquals(List.of("a"), others.said);
        found(A, "ra");
        assertEquals(Set.of("ra"), now(asked).all());
    }

    @Test
    void whatIsAskedHereOnlyNeedsNobodyElse() {
        others.trouble = new IllegalStateException("no link");
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.HERE);
        pass();
        assertEquals(Set.of("here"), now(asked).all());
    }

    @Test
    void whatWasCertainlyNotSentToAllIsWaitedForByNobody() {
        others.areMet(NODE_A, NODE_B);
        others.answer = CompletableFuture.failedStage(failure(Outcome.NOT_SENT));
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        pass();
        assertEquals(Set.of("here"), now(asked).some());
        assertEquals(Set.of(NODE_A, NODE_B), now(asked).missing());
        assertTrue(why(asked).contains("a: for the test"), why(asked));
    }

    @Test
    void whatWasCertainlyNotSentToOneIsNotWaitedForFromThatOne() {
        others.areMet(NODE_A, NODE_B);
        others.answer = CompletableFuture.failedStage(failure(Outcome.NOT_SENT));
        others.answerOfB = Stages.DONE;
        CompletionStage<Gathered<Set<String>>> one = ask(named(NODE_A));
        CompletionStage<Gathered<Set<String>>> both = ask(named(NODE_A, NODE_B));
        pass();
        assertEquals(Set.of(NODE_A), now(one).missing());
        assertFalse(isDone(both));
        scatterGather.found(2, B, 0, 1, new QueryResult.Texts(Set.of("rb")));
        pass();
        assertEquals(Set.of("rb"), now(both).some());
        assertEquals(Set.of(NODE_A), now(both).missing());
    }

    @Test
    void whatMayHaveBeenSentIsWaitedFor() {
        others.areMet(NODE_A);
        for (Throwable failure : List.of(failure(Outcome.UNKNOWN), new IllegalStateException("for the test"))) {
            others.answer = CompletableFuture.failedStage(failure);
            assertFalse(isDone(ask(AskedNodes.ALL)), failure.toString());
        }
    }

    @Test
    void whoAsksBeforeAllAreMetAsksThemThen() {
        others.areKnown(NODE_A);
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        pass();
        assertEquals(List.of(), others.said);
        assertFalse(isDone(asked));
        others.areMet(NODE_A, NODE_B);
        scatterGather.met();
        scatterGather.met();
        assertEquals(List.of("all"), others.said);
        found(A, "ra");
        found(B, "rb");
        assertEquals(Set.of("here", "ra", "rb"), now(asked).all());
    }

    @Test
    void whoAsksBeforeItIsMetThatNobodyIsThereHasItsAnswerThen() {
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        assertFalse(isDone(asked));
        others.areMet();
        scatterGather.met();
        pass();
        assertEquals(Set.of("here"), now(asked).all());
    }

    @Test
    void nobodyWaitsForANodeThatIsGone() {
        others.areMet(NODE_A);
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        assertFalse(isDone(asked));
        scatterGather.gone(A);
        pass();
        assertEquals(Set.of("here"), now(asked).all());
    }

    @Test
    void whenTheOthersCannotBeReachedWhatHasComeIsTheAnswer() {
        others.areMet(NODE_A, NODE_B);
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        found(A, "ra");
        scatterGather.cutAll(new IllegalStateException("no link"));
        pass();
        assertEquals(Set.of("here", "ra"), now(asked).some());
        assertEquals(Set.of(NODE_B), now(asked).missing());
        assertTrue(why(asked).contains("b: this node cannot reach the others (no link)"), why(asked));
    }

    @Test
    void thisNodesOwnAnswerIsWaitedForAlthoughTheOthersCannotBeReached() {
        CompletableFuture<Packet> own = new CompletableFuture<>();
        queryHandler.handler().set(answering(own));
        others.areMet(NODE_A);
        CompletionStage<Gathered<Map<NodeInfo, Packet>>> asked = scatterGather.ask(
                new Query.Request(Packet.text("?")), AskedNodes.ALL, SECOND, GatheredMembers.replies());
        pass();
        scatterGather.cutAll(new IllegalStateException("no link"));
        assertFalse(isDone(asked));
        own.complete(Packet.text("!"));
        pass();
        assertEquals(List.of(Packet.text("!")), List.copyOf(now(asked).some().values()));
        assertEquals(Set.of(NODE_A), now(asked).missing());
    }

    @Test
    void whoAsksWhileTheOthersCannotBeReachedIsToldSoAtOnce() {
        others.areKnown(NODE_A);
        others.trouble = new IllegalStateException("no link");
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        pass();
        assertEquals(Set.of("here"), now(asked).some());
        assertEquals(Set.of(NODE_A), now(asked).missing());
    }

    @Test
    void whoDoesNotAnswerInTimeIsMissing() {
        others.areMet(NODE_A, NODE_B);
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        found(A, "ra");
        time.pass(SECOND);
        assertEquals(Set.of(NODE_B), now(asked).missing());
        assertTrue(why(asked).contains("b: no answer within PT1S"), why(asked));
    }

    @Test
    void whoIsNotMetInTimeIsMissingAndSoMayOthersBe() {
        others.areKnown(NODE_A);
        CompletionStage<Gathered<Set<String>>> asked = ask(AskedNodes.ALL);
        time.pass(SECOND.plusMillis(1));
        assertEquals(Set.of("here"), now(asked).some());
        assertEquals(Set.of(NODE_A), now(asked).missing());
        assertTrue(why(asked).contains("a: it has not been met yet; this node has not met the others yet"), why(asked));
    }

    @Test
    void whatIsAnsweredKeepsNoTimer() {
        others.areMet(NODE_A);
        ask(AskedNodes.ALL);
        pass();
        assertEquals(1, timers);
        found(A, "ra");
        // That of the watchdog over the callback ends by itself.
        time.pass(Duration.ofMillis(250));
        assertEquals(0, timers);
    }

    @Test
    void whoAsksWhenItIsClosedOrIsClosedMeanwhileIsToldSo() {
        others.areMet(NODE_A);
        CompletionStage<Gathered<Set<String>>> before = ask(AskedNodes.ALL);
        pass();
        scatterGather.close();
        assertEquals(0, timers);
        CompletionStage<Gathered<Set<String>>> after = ask(AskedNodes.ALL);
        pass();
        assertEquals(Outcome.CLOSED, closed(before));
        assertEquals(Outcome.CLOSED, closed(after));
    }

    @Test
    void whatComesAfterItIsClosedIsToldToNobody() {
        others.areMet(NODE_A);
        List<QueryResult> told = new ArrayList<>();
        scatterGather.ask(new Query.RoomNames(), AskedNodes.ALL, SECOND, new Remembering(told));
        pass();
        told.clear();
        scatterGather.close();
        found(A, "ra");
        assertEquals(List.of(), told);
    }

    private CompletionStage<Gathered<Set<String>>> ask(AskedNodes askedNodes) {
        return scatterGather.ask(new Query.RoomNames(), askedNodes, SECOND, GatheredMembers.texts());
    }

    /** An answer to the first question. */
    private void found(Incarnation from, String room) {
        pass();
        scatterGather.found(1, from, 0, 1, new QueryResult.Texts(Set.of(room)));
        pass();
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    private boolean isDone(CompletionStage<?> asked) {
        pass();
        return asked.toCompletableFuture().isDone();
    }

    private <T> Gathered<T> now(CompletionStage<Gathered<T>> asked) {
        assertTrue(isDone(asked), "not answered yet");
        return asked.toCompletableFuture().join();
    }

    private String why(CompletionStage<Gathered<Set<String>>> asked) {
        return assertThrows(AdapterException.class, now(asked)::all).getMessage();
    }

    private Outcome closed(CompletionStage<Gathered<Set<String>>> asked) {
        CompletionException e = assertThrows(CompletionException.class, () -> now(asked));
        return assertInstanceOf(AdapterException.class, e.getCause()).outcome();
    }

    private static AskedNodes named(PeerInfo... nodes) {
        return new AskedNodes(false, Set.of(nodes));
    }

    private static AdapterException failure(Outcome outcome) {
        return new AdapterException(outcome, "for the test", null);
    }

    private static NodeHandler answering(CompletionStage<Packet> answer) {
        return (from, request) -> answer;
    }

    /** The same, but it counts the timers that may still run. */
    private Execution counting(Execution real) {
        Scheduler counting = (delay, task) -> {
            timers++;
            Scheduler.Timer timer = real.scheduler().after(delay, () -> {
                timers--;
                task.run();
            });
            return () -> {
                timers--;
                timer.cancel();
            };
        };
        return new Execution(
                real.ticker(), real.clock(), real.random(), real.workers(), counting, real.isOurs(), real.ending());
    }

    private static final class Others implements ScatterGather.Others {

        private final Map<Incarnation, PeerInfo> known = new LinkedHashMap<>();
        private final List<String> said = new ArrayList<>();
        private boolean areMet;
        private @Nullable Throwable trouble;
        private CompletionStage<Void> answer = Stages.DONE;
        private @Nullable CompletionStage<Void> answerOfB;

        void areKnown(PeerInfo... nodes) {
            for (PeerInfo node : nodes) {
                known.put(node.equals(NODE_A) ? A : B, node);
            }
        }

        void areMet(PeerInfo... nodes) {
            areKnown(nodes);
            areMet = true;
        }

        @Override
        public @Nullable Map<Incarnation, PeerInfo> met() {
            return areMet ? known : null;
        }

        @Override
        public Map<Incarnation, PeerInfo> known() {
            return known;
        }

        @Override
        public int count() {
            return known.size();
        }

        @Override
        public boolean isKnown(Incarnation node) {
            return known.containsKey(node);
        }

        @Override
        public @Nullable Throwable trouble() {
            return trouble;
        }

        @Override
        public CompletionStage<Void> say(Message message) {
            said.add("all");
            return answer;
        }

        @Override
        public CompletionStage<Void> say(Incarnation to, Message message) {
            said.add(known.get(to).name());
            return to.equals(B) && answerOfB != null ? answerOfB : answer;
        }
    }

    private record Remembering(List<QueryResult> told) implements OpenQuery.Collector<Boolean> {

        @Override
        public void add(PeerInfo from, QueryResult queryResult) {
            told.add(queryResult);
        }

        @Override
        public Boolean result() {
            return true;
        }
    }

    /** Whose membership nobody asks to change. */
    private record Nobody() implements QueryHandler.Membership {

        @Override
        public CompletionStage<Void> join(LocalMember member, List<String> rooms) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void leave(LocalMember member, List<String> rooms) {
            throw new UnsupportedOperationException();
        }
    }
}
