package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The engine's nodes on one thread and in virtual time: what happens when, without waiting for it. */
class ClusterInVirtualTimeTest {

    @Test
    void nodesMeetWithinTheHelloWait() {
        SimulatedCluster cluster = new SimulatedCluster(1);
        cluster.open();
        cluster.open();
        CompletionStage<Void> ready = cluster.nodes.get(1).ready();
        cluster.pass(90);
        assertFalse(ready.toCompletableFuture().isDone(), "complete before the wait for answers was over");
        cluster.pass(30);
        assertTrue(SimulatedCluster.isDone(ready));
        assertEquals(Status.UP, cluster.nodes.get(1).health().status());
        assertEquals(2, cluster.nodes.get(0).cluster().nodes().size());
        assertEquals(2, cluster.nodes.get(1).cluster().nodes().size());
    }

    @Test
    void aHelloThatWasDueBeforeAnythingCouldBePublishedIsSaidThen() {
        SimulatedCluster cluster = new SimulatedCluster(1);
        cluster.broker.publishAfter(Duration.ofMillis(200));
        cluster.open();
        cluster.pass(150);
        assertEquals(Status.STARTING, cluster.nodes.get(0).health().status());
        cluster.pass(160);
        assertEquals(Status.UP, cluster.nodes.get(0).health().status());
    }

    @Test
    void aNodeThatClosesIsGoneAtOnce() {
        SimulatedCluster cluster = SimulatedCluster.of(2, 3);
        CompletionStage<Void> closed = cluster.close(2);
        cluster.pass(10);
        assertTrue(SimulatedCluster.isDone(closed));
        assertEquals(2, cluster.nodes.get(0).cluster().nodes().size());
    }

    /** The last packets share a frame with the goodbye. */
    @Test
    void whatANodeSendsBeforeItsGoodbyeIsDeliveredOnceAlsoIfItComesTwice() {
        SimulatedCluster cluster = SimulatedCluster.of(19, 2);
        SimulatedCluster.Client client = cluster.client(1, "c");
        cluster.broker.output((to, frame) -> 2);
        for (int i = 0; i < 5; i++) {
            cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("" + i));
        }
        cluster.close(0);
        cluster.pass(50);
        assertEquals(List.of("0", "1", "2", "3", "4"), client.received);
        assertEquals(1, client.node.cluster().nodes().size());
    }

    @Test
    void aNodeThatDiesIsGivenUpAfterItsSilence() {
        SimulatedCluster cluster = SimulatedCluster.of(3, 3);
        cluster.broker.transport(2).kill();
        cluster.pass(1900);
        assertEquals(3, cluster.nodes.get(0).cluster().nodes().size());
        cluster.pass(1700);
        assertEquals(2, cluster.nodes.get(0).cluster().nodes().size());
    }

    @Test
    void nobodyIsDeclaredDeadByANodeThatCannotHear() {
        SimulatedCluster cluster = SimulatedCluster.of(4, 2);
        List<NodeInfo.Status> seen = new ArrayList<>();
        cluster.nodes.get(0).cluster().onEvent(new ClusterListener() {
            @Override
            public void nodeChanged(NodeInfo node) {
                seen.add(node.status());
            }
        });
        cluster.broker.transport(0).breakLink(Duration.ofSeconds(10));
        cluster.pass(9_900);
        assertEquals(List.of(NodeInfo.Status.SUSPECT), seen);
        cluster.pass(5000);
        assertEquals(NodeInfo.Status.ALIVE, seen.get(seen.size() - 1));
        assertFalse(seen.contains(NodeInfo.Status.GONE));
    }

    @Test
    void aDeadNodeEndsTheWaitForItsRooms() {
        SimulatedCluster cluster = SimulatedCluster.of(5, 3);
        cluster.client(2, "c").node.join(cluster.client(2, "d").member, "r2");
        cluster.pass(10);
        cluster.broker.transport(2).kill();
        CompletionStage<Gathered<Set<String>>> rooms =
                cluster.nodes.get(0).cluster().roomNames();
        cluster.pass(1900);
        assertFalse(rooms.toCompletableFuture().isDone());
        cluster.pass(200);
        Gathered<Set<String>> answer = now(rooms);
        assertEquals(1, answer.missing().size(), "the request's own time limit came first");
        cluster.pass(2000);
        CompletionStage<Gathered<Set<String>>> later =
                cluster.nodes.get(0).cluster().roomNames();
        cluster.pass(20);
        assertEquals(Set.of(), now(later).all());
    }

    @Test
    void manyRoomsComeInSeveralFrames() {
        SimulatedCluster cluster = SimulatedCluster.of(6, 2);
        SimulatedCluster.Client client = cluster.client(1, "c");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 900; i++) {
            names.add("a room with a name of more than a few characters, so that many do not fit " + i);
        }
        client.node.join(client.member, names);
        cluster.pass(100);
        CompletionStage<Set<String>> all = cluster.nodes.get(0).allRooms();
        cluster.pass(100);
        assertEquals(names, now(all));
    }

    @Test
    void aRefusedRoomUndoesItsJoinAndNoOther() {
        SimulatedCluster cluster = SimulatedCluster.of(7, 1);
        cluster.broker.refuse(channel -> channel.contains("secret"));
        SimulatedCluster.Client client = cluster.client(0, "c");
        CompletionStage<Void> secret = client.node.join(client.member, "secret");
        CompletionStage<Void> open = client.node.join(client.member, "open");
        assertTrue(client.node.rooms().of(client.member).contains("secret"));
        cluster.pass(50);
        assertTrue(SimulatedCluster.isDone(open));
        assertEquals(Outcome.REFUSED, failure(secret).outcome());
        assertEquals(Set.of("open"), client.node.rooms().of(client.member));
        assertEquals(Status.UP, client.node.health().status());
    }

    @Test
    void aJoinDuringAnOutageStaysAndIsHeardAfterwards() {
        SimulatedCluster cluster = SimulatedCluster.of(8, 2);
        SimulatedCluster.Client client = cluster.client(0, "c");
        cluster.broker.transport(0).breakLink();
        cluster.pass(1);
        assertEquals(Status.DEGRADED, client.node.health().status());
        CompletionStage<Void> join = client.node.join(client.member, "r");
        cluster.pass(20);
        assertFalse(join.toCompletableFuture().isDone());
        cluster.pass(1000);
        assertTrue(SimulatedCluster.isDone(join));
        assertEquals(Status.UP, client.node.health().status());
        cluster.nodes.get(1).broadcast(Target.room("r"), Packet.text("hi"));
        cluster.pass(10);
        assertEquals(List.of("hi"), client.received);
    }

    @Test
    void aPublishWhileTheLinkIsDownFailsAtOnceAndIsDeliveredHere() {
        SimulatedCluster cluster = SimulatedCluster.of(9, 2);
        SimulatedCluster.Client here = cluster.client(0, "here");
        SimulatedCluster.Client there = cluster.client(1, "there");
        cluster.broker.transport(0).breakLink();
        CompletionStage<?> stage = cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("hi"));
        assertEquals(List.of("hi"), here.received);
        cluster.pass(1);
        assertEquals(Outcome.NOT_SENT, failure(stage).outcome());
        cluster.pass(5000);
        assertEquals(List.of(), there.received, "nothing stale is replayed");
    }

    @Test
    void aFailureIsHandedOnAsItIs() {
        SimulatedCluster cluster = SimulatedCluster.of(9, 2);
        cluster.broker.transport(0).breakLink();
        List<Throwable> failures = new ArrayList<>();
        cluster.nodes
                .get(0)
                .broadcast(Target.everyone(), Packet.text("hi"))
                .whenComplete((published, failure) -> failures.add(failure));
        cluster.pass(1);
        assertEquals(AdapterException.class, failures.get(0).getClass());
    }

    @Test
    void aRoomThatIsRefusedAfterAnOutageRemovesNobodyAndIsToldOnce() {
        SimulatedCluster cluster = SimulatedCluster.of(12, 2);
        SimulatedCluster.Client client = cluster.client(0, "c");
        client.node.join(client.member, "secret");
        cluster.pass(100);
        List<String> told = new ArrayList<>();
        client.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void healthChanged(Health health) {
                told.add(health.status().name());
            }

            @Override
            public void refused(Set<String> rooms, AdapterException why) {
                told.add("refused " + rooms);
            }
        });
        cluster.broker.refuse(channel -> channel.contains("secret"));
        cluster.broker.transport(0).breakLink();
        cluster.pass(10);
        CompletionStage<Void> again = client.node.join(client.member, "secret");
        cluster.pass(60_000);
        assertEquals(List.of("DEGRADED", "refused [secret]"), told);
        assertEquals(Set.of("secret"), client.node.rooms().of(client.member));
        assertTrue(again.toCompletableFuture().isCompletedExceptionally());
        assertTrue(
                client.node.health().reason().contains("refuses 1 channel"),
                client.node.health().reason());
        cluster.broker.refuse(channel -> false);
        cluster.pass(10_000);
        assertEquals("UP", told.get(told.size() - 1));
    }

    @Test
    void aNodeThatIsShutOutSaysSo() {
        SimulatedCluster cluster = new SimulatedCluster(13);
        cluster.broker.refuse(channel -> true);
        CompletionStage<Void> ready = cluster.open().ready();
        cluster.pass(1000);
        assertEquals(Outcome.REFUSED, failure(ready).outcome());
        assertTrue(failure(ready).getMessage().startsWith("Simulated adapter setup failed: NOPERM"));
        assertEquals(Status.DEGRADED, cluster.nodes.get(0).health().status());
    }

    @Test
    void anOutageThatIsOverDoesNotFailALaterNamespace() {
        SimulatedCluster cluster = SimulatedCluster.of(14, 1);
        for (int i = 0; i < 12; i++) {
            cluster.broker.transport(0).failAnAttempt();
        }
        cluster.pass(1000);
        cluster.broker.transport(0).breakLink();
        cluster.pass(1000);
        CompletionStage<Void> ready = cluster.open(0, "/later").ready();
        cluster.pass(1000);
        assertTrue(SimulatedCluster.isDone(ready));
    }

    @Test
    void namespacesShareATransportAndNothingElse() {
        SimulatedCluster cluster = SimulatedCluster.of(15, 2);
        SimulatedCluster.Client here = cluster.client(0, "c");
        SimulatedCluster.Client other = new SimulatedCluster.Client(cluster.open(0, "/other"), "c");
        here.node.join(here.member, "r");
        other.node.join(other.member, "r");
        cluster.pass(200);
        cluster.nodes.get(1).broadcast(Target.room("r"), Packet.text("1"));
        cluster.nodes.get(1).broadcast(Target.everyone(), Packet.text("2"));
        cluster.pass(10);
        assertEquals(List.of("1", "2"), here.received);
        assertEquals(List.of(), other.received);
        assertEquals(1, other.node.cluster().nodes().size());
    }

    @Test
    void whatSelectsNobodyHereIsNotDecoded() {
        SimulatedCluster cluster = SimulatedCluster.of(18, 2);
        SimulatedCluster.Client client = cluster.client(1, "c");
        client.node.join(client.member, "r");
        cluster.pass(10);
        cluster.nodes.get(0).broadcast(Target.rooms(Set.of("a", "b")), Packet.text("1"));
        cluster.nodes.get(0).broadcast(Target.members(Set.of("x", "y")), Packet.text("2"));
        cluster.nodes.get(0).broadcast(Target.rooms(Set.of("a", "r")), Packet.text("3"));
        cluster.nodes.get(0).broadcast(Target.member("c"), Packet.text("4"));
        cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("5"));
        cluster.pass(50);
        assertEquals(List.of("3", "4", "5"), client.received);
        client.node.remove(client.member);
        cluster.nodes.get(0).broadcast(Target.member("c"), Packet.text("6"));
        cluster.pass(50);
        assertTrue(client.node.health().counters().get("frames.passed_over") >= 2);
    }

    @Test
    void noGhostOfANodeThatClosesWhileAnotherOpens() {
        for (int seed = 0; seed < 200; seed++) {
            SimulatedCluster cluster = SimulatedCluster.of(seed, 2);
            cluster.open();
            cluster.time.pass(Duration.ofNanos(1_000L * cluster.time.random().nextInt(2500)));
            cluster.close(0);
            cluster.pass(500);
            for (int node : List.of(1, 2)) {
                assertEquals(2, cluster.nodes.get(node).cluster().nodes().size(), "node " + node + ", seed " + seed);
            }
        }
    }

    @Test
    void thePauseOfAProcessIsNobodysSilence() {
        SimulatedCluster cluster = SimulatedCluster.of(16, 2);
        List<NodeInfo.Status> seen = new ArrayList<>();
        cluster.nodes.get(0).cluster().onEvent(new ClusterListener() {
            @Override
            public void nodeChanged(NodeInfo node) {
                seen.add(node.status());
            }
        });
        for (int i = 0; i < 20; i++) {
            cluster.pass(1_100);
            cluster.time.stall(Duration.ofSeconds(8));
        }
        cluster.pass(1_100);
        assertEquals(List.of(), seen);
    }

    @Test
    void whoIsKnownIsWaitedForAfterAnOutage() {
        SimulatedCluster cluster = SimulatedCluster.of(17, 2);
        cluster.broker.transport(1).kill();
        cluster.broker.transport(0).breakLink();
        cluster.pass(1_500);
        assertEquals(Status.DEGRADED, cluster.nodes.get(0).health().status(), "it has not heard of the other since");
        cluster.pass(3_000);
        assertEquals(Status.UP, cluster.nodes.get(0).health().status(), "the other was given up");
    }

    @Test
    void closingLeavesNoSubscription() {
        SimulatedCluster cluster = SimulatedCluster.of(10, 2);
        SimulatedCluster.Client client = cluster.client(0, "c");
        client.node.join(client.member, "r");
        cluster.pass(10);
        assertFalse(cluster.broker.transport(0).subscriptions().isEmpty());
        cluster.close(0);
        cluster.pass(10);
        assertEquals(Set.of(), cluster.broker.transport(0).subscriptions());
        assertThrows(IllegalStateException.class, () -> client.node.join(client.member, "s"));
        client.node.remove(client.member);
    }

    @Test
    void closingFailsWhatTheBrokerHasNotAnswered() {
        SimulatedCluster cluster = SimulatedCluster.of(11, 2);
        SimulatedCluster.Client client = cluster.client(0, "c");
        cluster.broker.transport(0).kill();
        List<CompletionStage<?>> pending = List.of(
                client.node.join(client.member, "r"),
                client.node.broadcast(Target.room("r"), Packet.text("1")),
                client.node.broadcast(Target.everyone(), Packet.text("2")),
                client.node.allRooms());
        CompletionStage<Void> closed = cluster.close(0);
        cluster.pass(1500);
        assertTrue(SimulatedCluster.isDone(closed));
        pending.forEach(stage -> assertEquals(Outcome.CLOSED, failure(stage).outcome()));
    }

    private static <T> T now(CompletionStage<T> stage) {
        assertTrue(stage.toCompletableFuture().isDone(), "still pending");
        return stage.toCompletableFuture().join();
    }

    private static AdapterException failure(CompletionStage<?> stage) {
        assertTrue(stage.toCompletableFuture().isDone(), "still pending");
        CompletionException thrown = assertThrows(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        return (AdapterException) thrown.getCause();
    }
}
