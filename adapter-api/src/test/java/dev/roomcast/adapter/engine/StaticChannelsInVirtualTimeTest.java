package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Rules S.1 to S.3: nodes that hear their rooms on the namespace's channel. A heartbeat is a second here. */
class StaticChannelsInVirtualTimeTest {

    private static final Map<String, String> STATIC = Map.of("roomcast.channels", "static");
    private static final Map<String, String> PER_ROOM = Map.of();

    private final SimulatedCluster cluster = new SimulatedCluster(5);

    /** Rule S.1. */
    @Test
    void roomsAndUsersCostTheBrokerNothing() {
        open(STATIC, STATIC);
        SimulatedCluster.Client client = cluster.client(0, "client");
        int before = cluster.broker.transport(0).subscriptions().size();
        for (int i = 0; i < 100; i++) {
            CompletionStage<Void> joined = client.node.join(client.member, "r" + i);
            assertTrue(SimulatedCluster.isDone(joined), "joined at once");
            client.node.leave(client.member, "r" + i);
        }
        client.node.join(client.member, "r");
        cluster.pass(1_000);
        assertEquals(2, before);
        assertEquals(2, cluster.broker.transport(0).subscriptions().size());
    }

    /** Rule S.2. */
    @Test
    void packetsReachRoomsAndUsersElsewhereInOrderAndNobodyElse() {
        open(STATIC, STATIC, STATIC);
        SimulatedCluster.Client member = cluster.client(1, "member");
        SimulatedCluster.Client other = cluster.client(2, "other");
        member.node.join(member.member, "r");
        other.node.join(other.member, "s");
        Adapter sender = cluster.nodes.get(0);
        IntStream.range(0, 10).forEach(i -> sender.broadcast(Target.room("r"), Packet.text("" + i)));
        sender.broadcast(Target.rooms(Set.of("r", "s")), Packet.text("both"));
        cluster.pass(100);
        List<String> all =
                new ArrayList<>(IntStream.range(0, 10).mapToObj(i -> "" + i).toList());
        all.add("both");
        assertEquals(all, member.received);
        assertEquals(List.of("both"), other.received);
        assertTrue(other.node.health().counters().get("frames.passed_over") > 0, "dropped before it is decoded");
    }

    /** Rule S.2. */
    @Test
    void whatIsLostInARoomIsToldForTheNamespace() {
        open(STATIC, STATIC);
        SimulatedCluster.Client member = cluster.client(1, "member");
        List<Loss> told = losses(member.node);
        member.node.join(member.member, "r");
        Adapter sender = cluster.nodes.get(0);
        cluster.broker.transport(1).dropNext(1);
        sender.broadcast(Target.room("r"), Packet.text("lost"));
        cluster.pass(10);
        sender.broadcast(Target.room("r"), Packet.text("next"));
        cluster.pass(10);
        assertEquals(List.of("next"), member.received);
        assertEquals(
                List.of(Loss.Scope.NAMESPACE), told.stream().map(Loss::scope).toList());
    }

    @Test
    void aJoinInAnOutageWaitsForTheNamespacesChannel() {
        open(STATIC, STATIC);
        SimulatedCluster.Client client = cluster.client(1, "client");
        cluster.broker.transport(1).breakHearing(Duration.ZERO, Duration.ofMillis(500));
        cluster.pass(1);
        CompletionStage<Void> one = client.node.join(client.member, "one");
        CompletionStage<Void> other = client.node.join(client.member, "other");
        assertFalse(one.toCompletableFuture().isDone());
        client.node.leave(client.member, "one");
        cluster.pass(1);
        assertTrue(SimulatedCluster.isDone(one), "who leaves is not kept waiting");
        assertFalse(other.toCompletableFuture().isDone(), "and others are");
        cluster.pass(2_000);
        assertTrue(SimulatedCluster.isDone(other));
        cluster.nodes.get(0).broadcast(Target.room("other"), Packet.text("again"));
        cluster.pass(100);
        assertEquals(List.of("again"), client.received);
    }

    @Test
    void aRefusedNamespaceUndoesEachJoinByItself() {
        open(STATIC, STATIC);
        SimulatedCluster.Client client = cluster.client(1, "client");
        cluster.broker.refuse(channel -> channel.endsWith(".all"));
        cluster.broker.transport(1).breakHearing(Duration.ZERO, Duration.ofMillis(500));
        cluster.pass(1);
        List<CompletionStage<Void>> joins =
                List.of(client.node.join(client.member, "one"), client.node.join(client.member, "other"));
        cluster.pass(1_000);
        for (CompletionStage<Void> join : joins) {
            CompletionException thrown = Assertions.assertThrows(
                    CompletionException.class, () -> join.toCompletableFuture().join());
            assertEquals(AdapterException.Outcome.REFUSED, ((AdapterException) thrown.getCause()).outcome());
        }
        assertEquals(Set.of(), client.node.rooms().of(client.member));
    }

    /** Rule S.3. */
    @Test
    void nodesOfBothModesSayWhatIsWrongAndReachEachOther() {
        open(STATIC, PER_ROOM);
        Adapter fixed = cluster.nodes.get(0);
        Adapter perRoom = cluster.nodes.get(1);
        List<Loss> told = losses(fixed);
        for (Adapter node : cluster.nodes) {
            assertEquals(Status.DEGRADED, node.health().status());
            String reason = node.health().reason();
            assertTrue(
                    reason.contains("roomcast.channels is ")
                            && reason.contains("static")
                            && reason.contains("per-room")
                            && reason.contains("node-"),
                    reason);
        }
        cluster.pass(1_500);
        assertEquals(1, told.size(), "what came while they met");
        assertEquals(perRoom.cluster().self(), told.get(0).from().orElseThrow());
        SimulatedCluster.Client here = cluster.client(0, "here");
        SimulatedCluster.Client there = cluster.client(1, "there");
        here.node.join(here.member, "r");
        there.node.join(there.member, "r");
        cluster.pass(100);
        perRoom.broadcast(Target.room("r"), Packet.text("from per-room"));
        fixed.broadcast(Target.room("r"), Packet.text("from static"));
        cluster.pass(100);
        assertEquals(2, here.received.size());
        assertEquals(2, there.received.size());
        cluster.close(0);
        cluster.pass(1_000);
        assertEquals(Status.UP, perRoom.health().status());
    }

    private static List<Loss> losses(Adapter node) {
        List<Loss> told = new ArrayList<>();
        node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                told.add(loss);
            }
        });
        return told;
    }

    @SafeVarargs
    private void open(Map<String, String>... nodes) {
        for (Map<String, String> config : nodes) {
            cluster.open(config);
        }
        cluster.pass(1_000);
    }
}
