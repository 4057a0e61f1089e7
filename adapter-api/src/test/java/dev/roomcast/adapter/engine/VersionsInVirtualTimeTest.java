package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedCluster.Client;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.runtime.Failures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Nodes of several releases in one cluster, as far as versions of the wire go (chapter V of the spec). */
class VersionsInVirtualTimeTest {

    private static final Versions OLD = new Versions(1, 1);
    private static final Versions BOTH = new Versions(1, 2);
    private static final Versions NEW = new Versions(2, 2);

    /** Where in a frame they stand, the number while it is small. */
    private static final int VERSION = 2;

    private static final int NUMBER = 28;

    private final SimulatedCluster cluster = new SimulatedCluster(5);
    /** The versions of frames that hold something else than introductions. */
    private final Set<Integer> spoken = new TreeSet<>();
    /** The last of those. */
    private byte[] last = {};

    VersionsInVirtualTimeTest() {
        cluster.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void published(String channel, byte[] frame) {
                int version = frame[2] & 0xFF;
                Frame decoded = FrameCodec.decode(frame, Target.room("r"), new Versions(1, 9));
                if (decoded.messages().stream().allMatch(Message::isIntroduction)) {
                    assertEquals(Frame.FIRST_VERSION, version, () -> "the version of an introduction: " + decoded);
                } else {
                    spoken.add(version);
                    last = frame;
                }
            }
        });
    }

    /** Rule V.1. */
    @Test
    void aClusterSpeaksTheHighestVersionThatAllSpeak() {
        open(BOTH, BOTH, BOTH);
        Client receiver = receiver(0);
        speak(1, "new");
        assertEquals(Set.of(2), spoken);

        open(OLD);
        Client old = receiver(3);
        speak(1, "to the old");
        speak(3, "of the old");
        assertEquals(Set.of(1), spoken);
        assertEquals(List.of("new", "to the old", "of the old"), receiver.received);
        assertEquals(List.of("to the old", "of the old"), old.received);

        cluster.close(3);
        cluster.pass(10);
        speak(1, "new again");
        assertEquals(Set.of(2), spoken);
        assertEquals(4, receiver.received.size());
    }

    /** Rule V.1: one node after the other is replaced, and all broadcast meanwhile, to whoever was there before. */
    @Test
    void nothingIsLostWhileAClusterIsUpgradedNodeByNode() {
        Map<Integer, Client> live = new LinkedHashMap<>();
        Map<Client, List<String>> expected = new HashMap<>();
        List<Loss> told = new ArrayList<>();
        for (Versions release : List.of(OLD, OLD, OLD, BOTH, BOTH, BOTH, NEW, NEW, NEW)) {
            int node = cluster.nodes.size();
            cluster.open(release).cluster().onEvent(losses(told));
            allBroadcast(live, expected);
            live.put(node, receiver(node));
            allBroadcast(live, expected);
            if (live.size() > 3) {
                int oldest = live.keySet().iterator().next();
                live.remove(oldest);
                cluster.close(oldest);
                allBroadcast(live, expected);
            }
        }
        assertEquals(Set.of(2), spoken);
        expected.forEach((client, texts) -> assertEquals(
                texts.stream().sorted().toList(),
                client.received.stream().sorted().toList(),
                client.id()));
        assertEquals(List.of(), told);
    }

    private void allBroadcast(Map<Integer, Client> live, Map<Client, List<String>> expected) {
        for (int round = 0; round < 100; round++) {
            spoken.clear();
            for (Client sender : live.values()) {
                String text = sender.id() + " at " + cluster.time.now();
                sender.node.broadcast(Target.room("r"), Packet.text(text));
                live.values()
                        .forEach(each -> expected.computeIfAbsent(each, c -> new ArrayList<>())
                                .add(text));
            }
            cluster.pass(3);
        }
    }

    /** Rule V.2: what came before the others knew of the newcomer is told. */
    @Test
    void whatCannotBeReadIsCountedAndToldAtTheNextHeartbeat() {
        open(BOTH, BOTH, OLD);
        List<Loss> told = new ArrayList<>();
        Client old = receiver(2);
        speak(0, "in the first version");
        cluster.nodes.get(2).cluster().onEvent(losses(told));
        byte[] frame = last.clone();
        for (int number = 2; number <= 3; number++) {
            frame[VERSION] = 2;
            frame[NUMBER] = (byte) number;
            cluster.broker.publish(cluster.broker.transport(0), channelOfRoom(), frame.clone());
        }
        cluster.pass(1100);
        assertEquals(List.of("in the first version"), old.received);
        Loss loss = only(told);
        assertEquals(Loss.Kind.GAP, loss.kind());
        assertEquals(Set.of("r"), loss.rooms());
        assertEquals(OptionalLong.of(2), loss.frames());
        assertEquals(Optional.of(cluster.nodes.get(0).cluster().self()), loss.from());
        assertEquals(2, counted(2, "frames.not_understood"));
    }

    /** Rules V.3 and V.4. */
    @Test
    void whoHasNoVersionInCommonIsLeftOutSaysSoAndIsNamed() {
        open(OLD, OLD);
        Client receiver = receiver(0);
        List<NodeInfo.Status> seen = new ArrayList<>();
        cluster.nodes.get(0).cluster().onEvent(new ClusterListener() {
            @Override
            public void nodeChanged(NodeInfo node) {
                seen.add(node.status());
            }
        });
        Adapter newcomer = cluster.open(NEW);
        List<Health.Status> health = new ArrayList<>();
        List<Loss> told = new ArrayList<>();
        newcomer.cluster().onEvent(losses(told));
        newcomer.cluster().onEvent(new ClusterListener() {
            @Override
            public void healthChanged(Health now) {
                health.add(now.status());
            }
        });
        CompletionStage<Void> ready = newcomer.ready();
        Client alone = receiver(2);
        cluster.pass(1000);

        assertEquals(List.of(Health.Status.DOWN), health);
        String reason = newcomer.health().reason();
        assertTrue(reason.contains("supports version 2 of the wire, and the cluster version 1: run a release"), reason);
        assertEquals(Outcome.NOT_CONFIRMED, failure(ready).outcome());
        assertEquals(NodeInfo.Status.INCOMPATIBLE, newcomer.cluster().self().status());
        assertEquals(List.of(NodeInfo.Status.INCOMPATIBLE), seen);
        assertEquals(Health.Status.UP, cluster.nodes.get(0).health().status());

        // What it sends fails, and reaches its own members; what the others send is told as lost.
        CompletionStage<?> stage = newcomer.broadcast(Target.room("r"), Packet.text("of the newcomer"));
        speak(1, "of the others");
        cluster.pass(1100);
        assertEquals(Outcome.NOT_SENT, failure(stage).outcome());
        assertEquals(List.of("of the newcomer"), alone.received);
        assertEquals(List.of("of the others"), receiver.received);
        assertEquals(OptionalLong.of(1), only(told).frames());

        // Answers name it, and do not wait for it.
        CompletionStage<Gathered<Set<String>>> rooms =
                cluster.nodes.get(0).cluster().roomNames();
        CompletionStage<Gathered<Set<String>>> itsRooms = newcomer.cluster().roomNames();
        cluster.pass(20);
        assertEquals(Set.of(newcomer.cluster().self()), now(rooms).missing());
        assertEquals(2, now(itsRooms).missing().size());
    }

    /** Rule V.4: it goes on as soon as the cluster speaks its version. */
    @Test
    void whoWasLeftOutTakesPartOnceTheClusterSpeaksItsVersion() {
        open(BOTH, BOTH, OLD, NEW);
        Adapter newcomer = cluster.nodes.get(3);
        assertEquals(Health.Status.DOWN, newcomer.health().status(), "of as many the lower version counts");
        open(NEW);
        assertEquals(Health.Status.UP, newcomer.health().status(), "more nodes speak version 2 than version 1");
        assertEquals(Health.Status.DOWN, cluster.nodes.get(2).health().status());
        cluster.close(4);
        cluster.pass(100);
        assertEquals(Health.Status.DOWN, newcomer.health().status());
        assertEquals(Health.Status.UP, cluster.nodes.get(2).health().status());
        cluster.close(2);
        cluster.pass(100);
        assertEquals(Health.Status.UP, newcomer.health().status());
        Client receiver = receiver(3);
        speak(0, "again");
        assertEquals(List.of("again"), receiver.received);
    }

    // ---- what it takes

    private void open(Versions... releases) {
        for (Versions release : releases) {
            cluster.open(release);
        }
        cluster.pass(1000);
    }

    private Client receiver(int node) {
        Client client = cluster.client(node, "client-of-" + node);
        client.node.join(client.member, "r");
        cluster.pass(20);
        return client;
    }

    /** In a room and without a heartbeat meanwhile; what was spoken before is forgotten. */
    private void speak(int node, String text) {
        cluster.pass(5);
        spoken.clear();
        cluster.nodes.get(node).broadcast(Target.room("r"), Packet.text(text));
        cluster.pass(20);
    }

    private static String channelOfRoom() {
        return new ChannelNames("roomcast", "/", 512).room("r");
    }

    private long counted(int node, String name) {
        return cluster.nodes.get(node).health().counters().getOrDefault(name, 0L);
    }

    private static ClusterListener losses(List<Loss> told) {
        return new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                told.add(loss);
            }
        };
    }

    private static Loss only(List<Loss> told) {
        assertEquals(1, told.size(), told::toString);
        return told.get(0);
    }

    private static <T> T now(CompletionStage<T> stage) {
        assertTrue(stage.toCompletableFuture().isDone());
        return stage.toCompletableFuture().join();
    }

    private static AdapterException failure(CompletionStage<?> stage) {
        return stage.handle((done, failure) -> assertInstanceOf(AdapterException.class, Failures.causeOf(failure)))
                .toCompletableFuture()
                .join();
    }
}
