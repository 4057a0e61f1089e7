package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The broker takes channels away that nobody gave up. */
class DroppedChannelsInVirtualTimeTest {

    private final SimulatedCluster cluster = SimulatedCluster.of(21, 2);
    private final SimulatedTransport link = cluster.broker.transport(1);
    private final SimulatedCluster.Client receiver = cluster.client(1, "receiver");
    private final List<Loss> losses = new ArrayList<>();
    private final List<Status> healths = new ArrayList<>();
    private final List<NodeInfo.Status> seen = new ArrayList<>();

    DroppedChannelsInVirtualTimeTest() {
        receiver.node.join(receiver.member, List.of("r", "s"));
        cluster.pass(3_000);
        receiver.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }

            @Override
            public void healthChanged(Health health) {
                healths.add(health.status());
            }

            @Override
            public void nodeChanged(NodeInfo node) {
                seen.add(node.status());
            }
        });
    }

    @Test
    void aRoomIsBackAtOnceAndWhatItMayHaveMissedIsTold() {
        cluster.nodes.get(0).broadcast(Target.room("s"), Packet.text("a sign of life"));
        cluster.pass(5);
        link.slow(Duration.ofMillis(100), Duration.ofMillis(100));
        Instant dropped = now();
        link.dropOneOf(channel -> channel.endsWith(".r"));
        cluster.pass(50);
        CompletionStage<?> missed = cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("missed"));
        cluster.pass(300);
        assertTrue(SimulatedCluster.isDone(missed), "the broker has it");
        link.slow(Duration.ZERO, Duration.ZERO);
        Instant back = now();
        // What was sent while it was slow is still under way.
        cluster.pass(200);
        assertEquals(1, losses.size(), losses::toString);
        Loss loss = losses.get(0);
        assertEquals(Kind.POSSIBLE, loss.kind());
        assertEquals(Scope.ROOMS, loss.scope());
        assertEquals(Set.of("r"), loss.rooms());
        assertEquals(Optional.empty(), loss.from());
        assertFalse(loss.since().isAfter(dropped), loss::toString);
        assertTrue(loss.since().isAfter(dropped.minusMillis(6)), loss::toString);
        assertTrue(loss.until().isAfter(dropped.plusMillis(300)), loss::toString);
        assertFalse(loss.until().isAfter(back), loss::toString);
        assertEquals(List.of(Status.DEGRADED, Status.UP), healths);
        assertEquals(List.of(), seen, "nodes are heard all the while");
        expectHearing("a sign of life");
    }

    @Test
    void withoutTheNamespacesChannelTheNodeIsDeafAndMeetsTheOthersAnew() {
        CompletionStage<Gathered<Set<String>>> asked = dropped(".all");
        assertEquals(1, asked.toCompletableFuture().join().missing().size(), "nobody can be waited for");
        // A heartbeat that was missed is a gap as well.
        assertEquals(
                List.of(Scope.NAMESPACE),
                losses.stream()
                        .filter(loss -> loss.kind() == Kind.POSSIBLE)
                        .map(Loss::scope)
                        .toList());
        assertEquals(List.of(NodeInfo.Status.SUSPECT, NodeInfo.Status.ALIVE), seen);
        expectHearing();
    }

    @Test
    void withoutItsOwnChannelTheNodeIsDeafAndMeetsTheOthersAnew() {
        dropped(".node." + receiver.node.cluster().self().incarnation());
        assertEquals(List.of(), losses, "what is lost there is no packet");
        assertEquals(List.of(NodeInfo.Status.SUSPECT, NodeInfo.Status.ALIVE), seen);
        expectHearing();
    }

    /** Drops a channel while a question is under way. */
    private CompletionStage<Gathered<Set<String>>> dropped(String channelsEnd) {
        link.slow(Duration.ofMillis(50), Duration.ofMillis(50));
        CompletionStage<Gathered<Set<String>>> asked = receiver.node.cluster().roomNames();
        link.dropOneOf(channel -> channel.endsWith(channelsEnd));
        cluster.pass(80);
        assertEquals(Status.DEGRADED, receiver.node.health().status());
        cluster.pass(200);
        link.slow(Duration.ZERO, Duration.ZERO);
        cluster.pass(1_000);
        assertEquals(1, receiver.node.health().counters().get("channels.dropped"));
        return asked;
    }

    private void expectHearing(String... before) {
        assertEquals(Status.UP, receiver.node.health().status());
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("1"));
        cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("2"));
        CompletionStage<Set<String>> rooms = receiver.node.allRooms();
        cluster.pass(50);
        List<String> expected = new ArrayList<>(List.of(before));
        expected.addAll(List.of("1", "2"));
        assertEquals(expected, receiver.received);
        assertEquals(Set.of("r", "s"), rooms.toCompletableFuture().getNow(Set.of()));
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(cluster.time.now());
    }
}
