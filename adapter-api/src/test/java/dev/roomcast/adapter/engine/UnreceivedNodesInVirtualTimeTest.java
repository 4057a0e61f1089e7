package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes whose publishes the broker accepts and hands to nobody else, while they receive all others (Rule 4.19), with the timing that is
 * the default: heartbeats of 5 s and a timeout of 10 s.
 */
class UnreceivedNodesInVirtualTimeTest {

    /**
     * Given up by the others within 12 s, named by no hash within 5 s more, and without a receipt within 15 s; a heartbeat that comes while
     * the own one is under way says nothing.
     */
    private static final int FOUND_WITHIN = 35_000;
    /** And met again. */
    private static final int WELL_WITHIN = 45_000;

    private static final Map<String, String> TIMING =
            Map.of("roomcast.heartbeat.interval", "5s", "roomcast.heartbeat.timeout", "10s");

    private static final Map<String, String> SIGNED = Map.of(
            "roomcast.heartbeat.interval", "5s",
            "roomcast.heartbeat.timeout", "10s",
            "roomcast.auth.key", "a key of thirty-two characters, or of more");

    private final SimulatedCluster cluster = SimulatedCluster.ofProcesses(7, 3);
    private final SimulatedTransport left = cluster.broker.transport(0);
    private final SimulatedCluster.Client sender = cluster.client(0, "sender");
    private final SimulatedCluster.Client receiver = cluster.client(1, "receiver");
    private final List<Loss> losses = new ArrayList<>();

    UnreceivedNodesInVirtualTimeTest() {
        receiver.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }
        });
        receiver.node.join(receiver.member, "r");
        cluster.pass(20_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700, 1_300, 2_600, 3_900, 4_999})
    void aNodeThatIsNotReceivedConnectsAfreshAndIsMetAgain(int afterABeat) {
        cluster.pass(afterABeat);
        left.demote();
        cluster.pass(FOUND_WITHIN);
        assertEquals(1, left.resets());
        assertEquals(1, sender.node.health().counters().get("links.unreceived"));
        cluster.pass(WELL_WITHIN - FOUND_WITHIN);
        expectAllAreWell();
        assertEquals(1, left.resets());
        assertEquals(
                0,
                cluster.broker.transport(1).resets()
                        + cluster.broker.transport(2).resets());
    }

    /** The name leads to the demoted broker for ever: the pauses between attempts grow, and health says all the while what is wrong. */
    @Test
    void whileConnectingAfreshDoesNotHelpHealthSaysSoAndPacketsAreUnknown() {
        left.nameIsStale(true);
        left.demote();
        cluster.pass(FOUND_WITHIN + 5_000);
        assertEquals(Status.DEGRADED, sender.node.health().status());
        String reason = sender.node.health().reason();
        assertTrue(reason.contains("does not receive what this node publishes") || reason.contains("do not"), reason);
        CompletionStage<?> stage = sender.node.broadcast(Target.room("r"), Packet.text("x"));
        cluster.pass(100);
        AdapterException failure = failure(stage);
        assertEquals(Outcome.UNKNOWN, failure.outcome());
        assertTrue(String.valueOf(failure.getMessage()).contains("node-"), failure::getMessage);
        cluster.pass(300_000);
        assertTrue(left.resets() >= 5 && left.resets() <= 12, "resets: " + left.resets());
        left.nameIsStale(false);
        cluster.pass(60_000);
        expectAllAreWell();
    }

    /** Also what was sent when the receiver had long forgotten the sender. */
    @Test
    void everyPacketArrivesOrFailsOrIsReportedAsLost() {
        left.nameIsStale(true);
        left.demote();
        Set<String> failed = expectEachIsAccountedFor(Map.of(200, () -> left.nameIsStale(false)));
        assertTrue(failed.size() > 20, "failed: " + failed.size());
        assertFalse(receiver.received.isEmpty());
    }

    /** The demoted broker copies its successor's data first, so for a while each side receives nothing of the other, and forgets it. */
    @Test
    void everyPacketIsAccountedForAlsoIfTheSenderHadForgottenTheOthers() {
        left.nameIsStale(true);
        cluster.broker.replicates(false);
        left.demote();
        Runnable copied = () -> {
            assertEquals(1, sender.node.cluster().nodes().size());
            cluster.broker.replicates(true);
        };
        expectEachIsAccountedFor(Map.of(150, copied, 230, () -> left.nameIsStale(false)));
    }

    /** It is received again when the receiver has just forgotten its numbers, and ends before anybody has shown that (Rule 6.1). */
    @Test
    void whatANodePublishedWhileItWasNotReceivedIsReportedAlsoIfItClosesOnceItIsReceivedAgain() {
        sender.node.broadcast(Target.room("r"), Packet.text("first"));
        cluster.pass(100);
        left.nameIsStale(true);
        left.demote();
        cluster.pass(20_000);
        // Its requests for receipts begin anew, so it does not know yet that its packets reach nobody.
        left.breakLink();
        cluster.pass(14_000);
        Instant sentAt = now();
        CompletionStage<?> lost = sender.node.broadcast(Target.room("r"), Packet.text("lost"));
        cluster.pass(100);
        assertTrue(SimulatedCluster.isDone(lost));
        left.nameIsStale(false);
        left.breakLink();
        cluster.pass(200);
        sender.node.broadcast(Target.room("r"), Packet.text("received"));
        cluster.pass(100);
        cluster.close(0);
        cluster.pass(20_000);
        assertEquals(List.of("first", "received"), receiver.received);
        assertTrue(isReported(sentAt), () -> sentAt + ", not in " + losses);
    }

    /**
     * Sends 300 packets, each of which arrives, fails or is reported as lost.
     *
     * @param then what happens after which of them
     * @return those that have failed
     */
    private Set<String> expectEachIsAccountedFor(Map<Integer, Runnable> then) {
        Map<String, Instant> sentAt = new LinkedHashMap<>();
        Set<String> failed = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            String text = "packet " + i;
            sentAt.put(text, now());
            CompletionStage<?> stage = sender.node.broadcast(Target.room("r"), Packet.text(text));
            stage.whenComplete((done, failure) -> {
                if (failure != null) {
                    failed.add(text);
                }
            });
            cluster.pass(500);
            then.getOrDefault(i, () -> {}).run();
        }
        cluster.pass(20_000);
        expectAllAreWell();
        sentAt.forEach((text, at) -> assertTrue(
                receiver.received.contains(text) || failed.contains(text) || isReported(at),
                text + ", sent at " + at + ", not in " + losses));
        return failed;
    }

    private boolean isReported(Instant sentAt) {
        return losses.stream()
                .anyMatch(loss -> loss.rooms().contains("r")
                        && !loss.since().isAfter(sentAt.plusMillis(2))
                        && !loss.until().isBefore(sentAt));
    }

    @Test
    void severalNodesThatWereLeftBehindAllComeBack() {
        left.demote();
        cluster.broker.transport(2).demote();
        cluster.pass(WELL_WITHIN + 10_000);
        expectAllAreWell();
    }

    /** A node that comes to know the cluster from the wrong broker is received by nobody from the start. */
    @Test
    void aNodeThatWasNeverReceivedFindsOut() {
        SimulatedCluster.Client late = new SimulatedCluster.Client(cluster.open(TIMING), "late");
        SimulatedTransport its = cluster.broker.newest();
        its.nameIsStale(true);
        its.demote();
        cluster.pass(1_000);
        its.nameIsStale(false);
        cluster.pass(WELL_WITHIN);
        assertTrue(its.resets() > 0);
        assertEquals(Status.UP, late.node.health().status());
        assertEquals(4, late.node.cluster().nodes().size());
    }

    /** With a key a node that does not answer is not met: so nobody is there whose heartbeats could be compared. */
    @Test
    void aSigningNodeThatOnlyNewNodesDoNotReceiveFindsOut() {
        SimulatedCluster signing = SimulatedCluster.ofProcesses(7, 3, SIGNED);
        SimulatedTransport behind = signing.broker.transport(0);
        signing.pass(20_000);
        behind.nameIsStale(true);
        behind.demote();
        signing.broker.transport(2).nameIsStale(true);
        signing.broker.transport(2).demote();
        signing.broker.transport(1).kill();
        signing.open(SIGNED);
        signing.open(SIGNED);
        signing.pass(5_000);
        behind.nameIsStale(false);
        signing.broker.transport(2).nameIsStale(false);
        signing.pass(60_000);
        assertEquals(4, signing.nodes.get(0).cluster().nodes().size());
        assertEquals(4, signing.nodes.get(2).cluster().nodes().size());
        assertEquals(1, behind.resets());
        assertEquals(0, signing.broker.transport(3).resets());
    }

    /** Somebody hands over its proof that it lives and one packet, and neither its name nor anything after that. */
    @Test
    void aSigningNodeThatNeverTellsItsNameIsGivenUpAllTheSame() {
        SimulatedCluster signing = SimulatedCluster.ofProcesses(7, 2, SIGNED);
        SimulatedCluster.Client other = signing.client(1, "receiver");
        List<Loss> told = new ArrayList<>();
        other.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                told.add(loss);
            }
        });
        SimulatedCluster.Client late = new SimulatedCluster.Client(signing.open(SIGNED), "late");
        SimulatedTransport its = signing.broker.newest();
        its.nameIsStale(true);
        its.demote();
        Set<String> forwarded = new HashSet<>(Set.of(".node."));
        signing.broker.witness(new SimulatedBroker.Witness() {
            private boolean isForwarding;

            @Override
            public void published(String channel, byte[] frame) {
                if (!isForwarding && forwarded.stream().anyMatch(channel::contains)) {
                    isForwarding = true;
                    signing.broker.publish(null, channel, frame);
                    isForwarding = false;
                }
            }
        });
        signing.pass(7_000);
        forwarded.add(".all");
        late.node.broadcast(Target.everyone(), Packet.text("1"));
        signing.pass(10);
        forwarded.clear();
        assertEquals(List.of("1"), other.received);
        Instant sentAt = Instant.EPOCH.plusNanos(signing.time.now());
        late.node.broadcast(Target.everyone(), Packet.text("2"));
        signing.pass(20_000);
        assertTrue(
                told.stream()
                        .anyMatch(loss -> loss.scope() == Loss.Scope.NAMESPACE
                                && !loss.since().isAfter(sentAt.plusMillis(2))
                                && !loss.until().isBefore(sentAt)),
                () -> sentAt + ", not in " + told);
    }

    /** It came before the outage, while this node listened. */
    @Test
    void whatIsHeldOfANodeIsTakenWhenItsProofComesAfterAnOutage() {
        SimulatedCluster signing = SimulatedCluster.ofProcesses(7, 2, SIGNED);
        SimulatedCluster.Client other = signing.client(1, "receiver");
        signing.pass(20_000);
        signing.broker.transport(1).demote();
        SimulatedCluster.Client late = new SimulatedCluster.Client(signing.open(SIGNED), "late");
        signing.pass(3_000);
        late.node.broadcast(Target.everyone(), Packet.text("held"));
        signing.pass(4_000);
        assertEquals(List.of(), other.received);
        signing.broker.transport(1).breakLink();
        signing.pass(6_000);
        assertEquals(List.of("held"), other.received);
    }

    /** A recording of a node that is gone, sent again all the time, is no reason to connect anew. */
    @Test
    void recordedHeartbeatsAreNoReasonForDoubt() {
        SimulatedCluster signing = SimulatedCluster.ofProcesses(7, 3, SIGNED);
        List<byte[]> recorded = new ArrayList<>();
        signing.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void handed(SimulatedTransport transport, String channel, byte[] frame) {
                if (transport == signing.broker.transport(2) && channel.endsWith(".all")) {
                    recorded.add(frame);
                }
            }
        });
        signing.pass(20_000);
        signing.broker.transport(2).kill();
        signing.pass(60_000);
        String channel = new ChannelNames("roomcast", "/", 512).namespace();
        for (int i = 0; i < 20; i++) {
            recorded.forEach(frame -> signing.broker.publish(null, channel, frame));
            signing.pass(5_000);
        }
        assertFalse(recorded.isEmpty());
        assertEquals(
                0,
                signing.broker.transport(0).resets()
                        + signing.broker.transport(1).resets());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_300, 3_900})
    void nodesThatComeAndGoAndStandStillAreNoReasonForDoubt(int afterABeat) {
        cluster.pass(afterABeat);
        for (int i = 0; i < 5; i++) {
            cluster.open(TIMING);
            cluster.pass(3_700);
        }
        cluster.processes.get(2).freeze(Duration.ofSeconds(25));
        cluster.pass(60_000);
        cluster.close(4);
        cluster.broker.transport(5).kill();
        cluster.pass(60_000);
        for (int node = 0; node < 3; node++) {
            assertEquals(0, cluster.broker.transport(node).resets(), "node " + node);
            assertEquals(Status.UP, cluster.nodes.get(node).health().status());
        }
    }

    /** Its hash is not looked at while it does not receive itself: the others are not to blame. */
    @Test
    void aDeafNodeMakesNobodyElseConnectAfresh() {
        cluster.broker.transport(2).deafen(channel -> true);
        cluster.pass(60_000);
        assertEquals(0, left.resets() + cluster.broker.transport(1).resets());
        assertEquals(1, cluster.broker.transport(2).resets());
    }

    private void expectAllAreWell() {
        for (int node = 0; node < 3; node++) {
            assertEquals(
                    Status.UP,
                    cluster.nodes.get(node).health().status(),
                    cluster.nodes.get(node).health().reason());
            assertEquals(3, cluster.nodes.get(node).cluster().nodes().size());
        }
        sender.node.broadcast(Target.room("r"), Packet.text("last"));
        cluster.pass(100);
        assertEquals("last", receiver.received.get(receiver.received.size() - 1));
    }

    private static AdapterException failure(CompletionStage<?> stage) {
        return (AdapterException) assertThrows(
                        CompletionException.class,
                        () -> stage.toCompletableFuture().join())
                .getCause();
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(cluster.time.now());
    }
}
