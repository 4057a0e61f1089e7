package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Loss.Scope;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links that are connected but deaf, with the timing that is the default: found within 20 s, and nothing else is taken for them. */
class DeafLinksInVirtualTimeTest {

    private static final int FOUND_WITHIN = 20_000;

    private final SimulatedCluster cluster = SimulatedCluster.ofProcesses(7, 2);
    private final SimulatedTransport link = cluster.broker.transport(1);
    private final SimulatedCluster.Client receiver = cluster.client(1, "receiver");
    private final List<Loss> losses = new ArrayList<>();
    private final List<NodeInfo.Status> seen = new ArrayList<>();

    DeafLinksInVirtualTimeTest() {
        receiver.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }

            @Override
            public void nodeChanged(NodeInfo node) {
                seen.add(node.status());
            }
        });
        receiver.node.join(receiver.member, "r");
        cluster.pass(20_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700, 1_300, 2_600, 3_900, 4_999})
    void aDeafLinkIsFoundAndReplaced(int afterABeat) {
        cluster.pass(afterABeat);
        link.deafen(channel -> true);
        cluster.pass(FOUND_WITHIN);
        expectFoundOnce();
        expectHearing();
    }

    @ParameterizedTest
    @ValueSource(strings = {".all", "node"})
    void oneDeafChannelOfTheNodesIsEnough(String which) {
        link.deafen(channel -> channel.endsWith(which) || channel.contains("." + which + "."));
        cluster.pass(FOUND_WITHIN);
        expectFoundOnce();
        expectHearing();
    }

    @Test
    void aLinkThatIsDeafFromTheBeginningIsFound() {
        link.breakLink();
        cluster.pass(52);
        link.deafen(channel -> true);
        assertEquals(Status.DEGRADED, receiver.node.health().status());
        cluster.pass(FOUND_WITHIN);
        expectFoundOnce();
        expectHearing();
    }

    @Test
    void aLinkThatStaysDeafIsReplacedAgain() {
        for (int i = 1; i <= 3; i++) {
            link.deafen(channel -> true);
            cluster.pass(FOUND_WITHIN);
            assertEquals(i, link.resets());
        }
        expectHearing();
    }

    @Test
    void whoIsDeafGivesNobodyUp() {
        link.deafen(channel -> true);
        cluster.pass(FOUND_WITHIN);
        assertTrue(seen.contains(NodeInfo.Status.SUSPECT), seen::toString);
        assertFalse(seen.contains(NodeInfo.Status.GONE), seen::toString);
        assertEquals(NodeInfo.Status.ALIVE, seen.get(seen.size() - 1));
    }

    @Test
    void theWindowOfThePossibleLossHoldsAllThatWasMissed() {
        expectWindow(channel -> true);
    }

    /** Frames of rooms that still come prove nothing. */
    @Test
    void theWindowBeginsWithTheLastEchoOnTheDeafChannel() {
        expectWindow(channel -> channel.endsWith(".all"));
    }

    private void expectWindow(Predicate<String> deafOn) {
        Instant deaf = now();
        link.deafen(deafOn);
        for (int i = 0; i < 100; i++) {
            cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("x"));
            cluster.pass(FOUND_WITHIN / 100);
        }
        expectFoundOnce();
        List<Loss> possible =
                losses.stream().filter(loss -> loss.kind() == Kind.POSSIBLE).toList();
        assertEquals(
                List.of(Scope.NAMESPACE, Scope.ROOMS),
                possible.stream().map(Loss::scope).toList());
        assertEquals(Set.of("r"), possible.get(1).rooms());
        for (Loss loss : possible) {
            assertFalse(loss.since().isAfter(deaf), loss::toString);
            assertTrue(loss.since().isAfter(deaf.minusSeconds(5).minusMillis(10)), loss::toString);
            assertTrue(loss.until().isAfter(deaf.plusSeconds(10)), loss::toString);
            assertTrue(loss.until().isBefore(deaf.plusMillis(FOUND_WITHIN)), loss::toString);
        }
    }

    @Test
    void aBrokerThatStandsStillIsNotTakenForADeafLink() {
        cluster.broker.process.freeze(Duration.ofSeconds(40));
        cluster.pass(60_000);
        expectNothingFound();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500, 1_000, 2_000, 3_000, 4_000, 4_950})
    void aProcessThatStandsStillIsNotTakenForADeafLink(int afterABeat) {
        cluster.pass(afterABeat);
        cluster.processes.get(1).freeze(Duration.ofSeconds(15));
        cluster.pass(40_000);
        expectNothingFound();
    }

    /** The broker has accepted the probe, and the echo is under way, when the process stops. */
    @ParameterizedTest
    @ValueSource(ints = {50, 300, 900})
    void aProcessThatStandsStillBetweenProbeAndEchoIsNotTakenForADeafLink(int afterABeat) {
        link.slowFrames(Duration.ofSeconds(2));
        cluster.pass(4_000 + afterABeat);
        cluster.processes.get(1).freeze(Duration.ofSeconds(15));
        cluster.pass(40_000);
        expectNothingFound();
    }

    @Test
    void whatCannotBePublishedNeedNotComeBack() {
        link.breakSpeaking(Duration.ofSeconds(30), Duration.ofSeconds(30));
        cluster.pass(90_000);
        expectNothingFound();
    }

    @Test
    void whatComesLateIsNotDeaf() {
        link.slowFrames(Duration.ofSeconds(7));
        cluster.pass(60_000);
        expectNothingFound();
    }

    @Test
    void whatThisNodeDropsItselfMayHaveBeenTheEcho() {
        SimulatedCluster slow = SimulatedCluster.ofProcesses(
                8, 2, Map.of("roomcast.queue.bytes", "4096", "roomcast.limit.packet-bytes", "1024"));
        SimulatedCluster.Client client = slow.client(1, "c");
        client.node.join(client.member, "r");
        slow.pass(1_000);
        slow.broker.transport(1).deafen(channel -> channel.endsWith(".all"));
        slow.broker.output((to, frame) -> frame.length > 300 ? 50 : 1);
        for (int i = 0; i < 60; i++) {
            slow.nodes.get(0).broadcast(Target.room("r"), Packet.text("x".repeat(400)));
            slow.pass(1_000);
        }
        assertEquals(0, slow.broker.transport(1).resets());
        slow.broker.output((to, frame) -> 1);
        slow.pass(FOUND_WITHIN);
        assertEquals(1, slow.broker.transport(1).resets());
    }

    @Test
    void twoNamespacesThatFindTheSameLinkResetItOnce() {
        SimulatedCluster.Client other = new SimulatedCluster.Client(cluster.open(1, "/other"), "c");
        cluster.pass(3_000);
        link.deafen(channel -> true);
        cluster.pass(FOUND_WITHIN);
        expectFoundOnce();
        assertEquals(Status.UP, other.node.health().status());
    }

    private void expectFoundOnce() {
        assertEquals(1, link.resets());
        assertEquals(1, counted("links.deaf"));
    }

    private void expectNothingFound() {
        assertEquals(0, link.resets());
        assertEquals(0, counted("links.deaf"));
        assertEquals(0, counted("links.lost"));
        expectHearing();
    }

    private void expectHearing() {
        cluster.pass(10_000);
        assertEquals(Status.UP, receiver.node.health().status());
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("last"));
        cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("of all"));
        cluster.pass(10_000);
        int size = receiver.received.size();
        assertEquals(List.of("last", "of all"), receiver.received.subList(size - 2, size));
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(cluster.time.now());
    }

    private long counted(String name) {
        return receiver.node.health().counters().getOrDefault(name, 0L);
    }
}
