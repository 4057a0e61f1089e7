package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedCluster.Client;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.config.ConfigSource;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is heard where frames are signed, how signing is begun, and how keys are changed (chapter A of the spec). */
class AuthenticationInVirtualTimeTest {

    private static final String ONE = "one key, of thirty-two characters or more";
    private static final String OTHER = "another key, of as many characters, or more";
    private static final int SEALED = 4;

    private static final Map<String, String> BARE = Map.of();
    private static final Map<String, String> SIGNING =
            Map.of("roomcast.auth.key", ONE, "roomcast.auth.unsigned", "accept");
    private static final Map<String, String> REQUIRING = Map.of("roomcast.auth.key", ONE);

    private record Recorded(String channel, byte[] frame) {}

    private final SimulatedCluster cluster = new SimulatedCluster(7);
    private final List<Recorded> recorded = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();

    AuthenticationInVirtualTimeTest() {
        cluster.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void published(String channel, byte[] frame) {
                recorded.add(new Recorded(channel, frame.clone()));
            }
        });
    }

    /** Rule A.1. */
    @Test
    void nodesOfOneKeyHearEachOtherAndEveryFrameIsSealed() {
        open(REQUIRING, REQUIRING, REQUIRING);
        assertAllHearAll(0, 1, 2);
        assertTrue(recorded.stream().allMatch(one -> (one.frame()[3] & SEALED) != 0));
        assertEquals(0, counted(0, "frames.forged") + counted(0, "frames.replayed"));
        assertEquals(List.of(), losses);
    }

    /** Rule A.1. */
    @Test
    void whoHasNoKeyOrAnotherIsNotHeard() {
        open(REQUIRING, REQUIRING, BARE, Map.of("roomcast.auth.key", OTHER));
        assertEquals(2, cluster.nodes.get(0).cluster().nodes().size());
        Client receiver = receiver(0);
        speak(2, "without a key");
        speak(3, "with another");
        speak(1, "with the key");
        assertEquals(List.of("with the key"), receiver.received);
        assertTrue(counted(0, "frames.forged") > 2);
        assertEquals(Health.Status.UP, receiver.node.health().status());
    }

    /** Rule A.2. */
    @Test
    void aFrameThatIsChangedOrMovedIsDropped() {
        open(REQUIRING, REQUIRING);
        Client receiver = receiver(0);
        Client other = receiver(0, "other");
        speak(1, "genuine");
        Recorded frame = lastOfRoom();
        long before = counted(0, "frames.forged");
        byte[] changed = frame.frame().clone();
        changed[changed.length - FrameMac.BYTES - 1]++;
        publish(frame.channel(), changed);
        publish(channel("other"), frame.frame());
        assertEquals(List.of("genuine"), receiver.received);
        assertEquals(List.of(), other.received);
        assertEquals(2, counted(0, "frames.forged") - before);
    }

    /** Rule A.3. */
    @Test
    void whatIsSentAgainIsDroppedAlsoIfItsChannelWasGivenUpMeanwhile() {
        open(REQUIRING, REQUIRING);
        Client receiver = receiver(0);
        speak(1, "once");
        Recorded frame = lastOfRoom();
        publish(frame.channel(), frame.frame());
        for (long wait : new long[] {1_200, 2_500, 60_000}) {
            receiver.node.leave(receiver.member, "r");
            cluster.pass(wait);
            receiver.node.join(receiver.member, "r");
            cluster.pass(20);
            publish(frame.channel(), frame.frame());
        }
        assertEquals(List.of("once"), receiver.received);
        assertEquals(4, counted(0, "frames.replayed"));
        speak(1, "again");
        assertEquals(List.of("once", "again"), receiver.received);
        assertEquals(List.of(), losses);
    }

    /** Rule A.3: a node that is gone cannot show that it lives. */
    @Test
    void whoIsGoneDoesNotComeBackByWhatWasRecorded() {
        open(REQUIRING, REQUIRING);
        Client receiver = receiver(0);
        speak(1, "while it lived");
        cluster.close(1);
        cluster.pass(60_000);
        List<Recorded> all = List.copyOf(recorded);
        all.forEach(one -> publish(one.channel(), one.frame()));
        cluster.pass(10_000);
        assertEquals(List.of("while it lived"), receiver.received);
        assertEquals(1, receiver.node.cluster().nodes().size());
        open(REQUIRING);
        speak(2, "of another");
        assertEquals(List.of("while it lived", "of another"), receiver.received);
    }

    /** Rule A.3: what is recorded does not make a newcomer believe in anybody either. */
    @Test
    void aNewcomerTakesNothingThatWasRecordedBeforeItCame() {
        open(REQUIRING, REQUIRING);
        Client first = receiver(0);
        speak(1, "before");
        List<Recorded> all = List.copyOf(recorded);
        cluster.pass(5_000);
        open(REQUIRING);
        Client newcomer = receiver(2);
        all.forEach(one -> publish(one.channel(), one.frame()));
        speak(1, "after");
        assertEquals(List.of("after"), newcomer.received);
        assertEquals(List.of("before", "after"), first.received);
        assertEquals(3, newcomer.node.cluster().nodes().size());
        assertEquals(List.of(), losses);
    }

    /** Rule A.4: first all sign, then all require it; the nodes are replaced one by one. */
    @Test
    void signingIsBegunInTwoStepsWhilePacketsFlow() {
        replaceAll(BARE, BARE, SIGNING, SIGNING, REQUIRING, REQUIRING);
    }

    /** Rule A.5: first all accept the new key, then all sign with it, then the old one is given up. */
    @Test
    void keysAreChangedInThreeStepsWhilePacketsFlow() {
        Map<String, String> accepting = Map.of("roomcast.auth.key", ONE, "roomcast.auth.second-key", OTHER);
        Map<String, String> changing = Map.of("roomcast.auth.key", OTHER, "roomcast.auth.second-key", ONE);
        Map<String, String> changed = Map.of("roomcast.auth.key", OTHER);
        replaceAll(REQUIRING, REQUIRING, accepting, accepting, changing, changing, changed, changed);
    }

    @SafeVarargs
    private void replaceAll(Map<String, String>... configs) {
        Map<Integer, Client> live = new LinkedHashMap<>();
        for (Map<String, String> config : configs) {
            int node = cluster.nodes.size();
            open(config);
            live.put(node, receiver(node));
            if (live.size() > 2) {
                int oldest = live.keySet().iterator().next();
                live.remove(oldest);
                cluster.close(oldest);
                cluster.pass(20);
            }
            assertAllHearAll(live.keySet().stream().mapToInt(Integer::intValue).toArray());
        }
        assertEquals(List.of(), losses);
        for (int node : live.keySet()) {
            assertEquals(0, counted(node, "frames.forged"));
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAtTheStartWithoutTheSecret() {
        String secret = "too short a secret";
        Map<String, Map<String, String>> refusals = Map.of(
                "roomcast.auth.key=<redacted> is not accepted: expected a secret of at least 32 characters",
                Map.of("roomcast.auth.key", secret),
                "is set without roomcast.auth.key",
                Map.of("roomcast.auth.second-key", ONE),
                "roomcast.auth.unsigned=perhaps is not accepted: expected accept or refuse",
                Map.of("roomcast.auth.key", ONE, "roomcast.auth.unsigned", "perhaps"));
        refusals.forEach((message, config) -> {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> cluster.open(config));
            assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
            assertFalse(refusal.getMessage().contains(secret), refusal.getMessage());
        });
    }

    @Test
    void theKeyCanBeSetInTheEnvironment() {
        EngineSettings settings = new EngineSettings(
                List.of(ConfigSource.of("the environment", Map.of("ROOMCAST_AUTH_KEY", ONE))), EngineOptions.ALL);
        assertEquals(ONE, settings.get(EngineOptions.AUTH_KEY));
    }

    // ---- what it takes

    @SafeVarargs
    private void open(Map<String, String>... configs) {
        for (Map<String, String> config : configs) {
            Adapter node = cluster.open(config);
            node.cluster().onEvent(new ClusterListener() {
                @Override
                public void lost(Loss loss) {
                    losses.add(loss);
                }
            });
        }
        cluster.pass(1000);
    }

    private void assertAllHearAll(int... nodes) {
        Map<Integer, Client> clients = new LinkedHashMap<>();
        for (int node : nodes) {
            String id = "listener-" + node + "-" + cluster.time.now();
            Client client = cluster.client(node, id);
            client.node.join(client.member, "hall");
            clients.put(node, client);
        }
        cluster.pass(20);
        for (int node : nodes) {
            cluster.nodes.get(node).broadcast(Target.room("hall"), Packet.text("of " + node));
            cluster.nodes.get(node).broadcast(Target.everyone(), Packet.text("to all, of " + node));
        }
        cluster.pass(50);
        clients.forEach((node, client) -> {
            assertEquals(2 * nodes.length, client.received.size(), () -> client.id() + " got " + client.received);
            assertEquals(nodes.length, client.node.cluster().nodes().size());
            client.node.remove(client.member);
        });
    }

    private Client receiver(int node) {
        return receiver(node, "r");
    }

    private Client receiver(int node, String room) {
        Client client = cluster.client(node, "in " + room + " of " + node);
        client.node.join(client.member, room);
        cluster.pass(20);
        return client;
    }

    private void speak(int node, String text) {
        cluster.nodes.get(node).broadcast(Target.room("r"), Packet.text(text));
        cluster.pass(20);
    }

    private void publish(String channel, byte[] frame) {
        cluster.broker.publish(null, channel, frame);
        cluster.pass(20);
    }

    private Recorded lastOfRoom() {
        List<Recorded> ofRoom = recorded.stream()
                .filter(one -> one.channel().equals(channel("r")))
                .collect(Collectors.toList());
        return ofRoom.get(ofRoom.size() - 1);
    }

    private static String channel(String room) {
        return new ChannelNames("roomcast", "/", 512).room(room);
    }

    private long counted(int node, String name) {
        return cluster.nodes.get(node).health().counters().getOrDefault(name, 0L);
    }
}
