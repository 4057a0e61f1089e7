package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A room whose subscription was lost while its link is well, with the timing that is the default (Rule 4.20). */
class DeafRoomsInVirtualTimeTest {

    private static final int FOUND_WITHIN = 30_000;

    private final SimulatedCluster cluster = SimulatedCluster.ofProcesses(9, 2);
    private final SimulatedTransport link = cluster.broker.transport(1);
    private final SimulatedCluster.Client receiver = cluster.client(1, "receiver");
    private final List<Loss> losses = new ArrayList<>();
    private int published;

    DeafRoomsInVirtualTimeTest() {
        receiver.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }
        });
        receiver.node.join(receiver.member, List.of("r", "s"));
        cluster.pass(20_000);
        cluster.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void published(String channel, byte[] frame) {
                published += channel.contains(".room.") ? 1 : 0;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700, 2_600, 4_999, 7_000, 9_900})
    void itIsFoundByTheLastNumberOfASenderThatIsSilent(int afterABeat) {
        cluster.pass(afterABeat);
        loseRoom();
        Instant sentAt = now();
        send(0, "never comes");
        cluster.pass(FOUND_WITHIN);
        expectFoundOnce(sentAt);
        expectHearing();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_300, 4_999, 7_000})
    void itIsFoundByTheNumbersOfASenderThatIsNeverSilent(int afterABeat) {
        for (int i = 0; i < 20; i++) {
            send(0, "comes");
            cluster.pass(500);
        }
        cluster.pass(afterABeat);
        loseRoom();
        Map<String, Instant> sent = new LinkedHashMap<>();
        for (int i = 0; i < 2 * FOUND_WITHIN / 1_000; i++) {
            sent.put("packet " + i, now());
            send(0, "packet " + i);
            cluster.pass(500);
        }
        expectFoundOnce(sent.get("packet 0"));
        expectHearing();
        sent.keySet().removeAll(receiver.received);
        assertTrue(sent.size() < 2 * FOUND_WITHIN / 1_000, "packets come again");
        sent.values().forEach(at -> assertTrue(isTold(at), () -> at + ", not in " + losses));
    }

    @Test
    void itIsFoundByWhatTheNodeItselfPublishes() {
        loseRoom();
        cluster.pass(10_000);
        send(1, "mine");
        cluster.pass(FOUND_WITHIN);
        assertTrue(link.isSubscribed(room()));
        assertEquals(1, counted("channels.deaf"));
        expectHearing();
    }

    @Test
    void aUsersChannelIsFoundLikeARooms() {
        SimulatedCluster.Client ann = new SimulatedCluster.Client(cluster.nodes.get(1), "ann's") {
            @Override
            public Optional<String> user() {
                return Optional.of("ann");
            }
        };
        cluster.pass(10_000);
        link.loseOneOf(channel -> channel.contains(".user."));
        cluster.pass(10);
        cluster.nodes.get(0).broadcast(Target.user("ann"), Packet.text("never comes"));
        cluster.pass(FOUND_WITHIN);
        assertEquals(1, counted("channels.deaf"));
        assertTrue(losses.stream().anyMatch(loss -> loss.users().equals(Set.of("ann"))), losses::toString);
        cluster.nodes.get(0).broadcast(Target.user("ann"), Packet.text("comes"));
        cluster.pass(10);
        assertEquals(List.of("comes"), ann.received);
    }

    @Test
    void nobodyLooksForItWhereNobodyPublishes() {
        loseRoom();
        cluster.pass(10 * FOUND_WITHIN);
        assertEquals(0, published);
        assertEquals(List.of(), losses);
    }

    @Test
    void whatANewSubscriptionDoesNotMendANewLinkDoes() {
        link.deafen(channel -> channel.contains(".room."));
        Instant sentAt = now();
        send(0, "1");
        cluster.pass(FOUND_WITHIN);
        assertEquals(1, counted("channels.deaf"));
        assertEquals(0, link.resets());
        send(0, "2");
        cluster.pass(FOUND_WITHIN);
        assertEquals(1, link.resets());
        assertTrue(isTold(sentAt), losses::toString);
        expectHearing();
    }

    @Test
    void aFrameThatIsLostMakesNoRoomDeaf() {
        send(0, "1");
        cluster.pass(10);
        link.dropNext(1);
        send(0, "2");
        cluster.pass(60_000);
        assertEquals(0, counted("channels.deaf"));
        assertEquals(List.of(Kind.GAP), losses.stream().map(Loss::kind).toList());
        assertEquals(2, published - 1, "two packets and a tail");
    }

    @Test
    void whatComesLateIsNotDeaf() {
        link.slowFrames(Duration.ofSeconds(7));
        for (int i = 0; i < 60; i++) {
            send(i % 2, "x");
            cluster.pass(1_000);
        }
        link.slowFrames(Duration.ZERO);
        cluster.pass(20_000);
        assertEquals(0, counted("channels.deaf"));
        assertEquals(List.of(), losses);
    }

    /** It is suspected before it comes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 2_000, 3_000, 4_000})
    void anEchoThatComesLateClears(int afterABeat) {
        cluster.pass(afterABeat);
        link.slowFrames(Duration.ofSeconds(5));
        send(1, "x");
        cluster.pass(60_000);
        assertEquals(0, counted("channels.deaf"));
    }

    @Test
    void aProcessThatStandsStillWhileARoomIsSuspectedIsNotDeaf() {
        link.slowFrames(Duration.ofSeconds(9));
        send(1, "x");
        cluster.pass(7_000);
        assertTrue(published > 1, "it is probed");
        cluster.processes.get(1).freeze(Duration.ofSeconds(15));
        cluster.pass(60_000);
        assertEquals(0, counted("channels.deaf"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500, 1_000, 2_000, 3_000, 4_000, 4_950})
    void aProcessThatStandsStillIsNotDeaf(int afterABeat) {
        cluster.pass(afterABeat);
        send(0, "1");
        send(1, "2");
        cluster.processes.get(1).freeze(Duration.ofSeconds(15));
        cluster.pass(60_000);
        assertEquals(0, counted("channels.deaf"));
        assertEquals(0, link.resets());
    }

    @Test
    void ownPacketsThatComeBackCostNothingMore() {
        for (int i = 0; i < 10; i++) {
            send(1, "x");
            cluster.pass(7_300);
        }
        cluster.pass(20_000);
        assertEquals(10, published);
    }

    @Test
    void aDeafLinkIsReplacedAndItsRoomsAreNotAskedForOneByOne() {
        link.deafen(channel -> true);
        send(0, "1");
        send(1, "2");
        cluster.pass(FOUND_WITHIN);
        assertEquals(1, link.resets());
        assertEquals(0, counted("channels.deaf"));
        expectHearing();
    }

    private void loseRoom() {
        link.loseOneOf(channel -> channel.equals(room()));
        cluster.pass(5);
        assertFalse(link.isSubscribed(room()));
    }

    private static String room() {
        return new ChannelNames("roomcast", "/", 1_000).room("r");
    }

    private void send(int from, String text) {
        cluster.nodes.get(from).broadcast(Target.room("r"), Packet.text(text));
    }

    private void expectFoundOnce(Instant sentAt) {
        assertTrue(link.isSubscribed(room()));
        assertEquals(1, counted("channels.deaf"));
        assertEquals(0, link.resets());
        assertTrue(isTold(sentAt), losses::toString);
        assertTrue(losses.stream().allMatch(loss -> loss.rooms().equals(Set.of("r"))), losses::toString);
    }

    private boolean isTold(Instant sentAt) {
        return losses.stream()
                .anyMatch(loss -> loss.rooms().contains("r")
                        && loss.kind() == Kind.POSSIBLE
                        && !loss.since().isAfter(sentAt)
                        && loss.until().isAfter(sentAt));
    }

    private void expectHearing() {
        cluster.pass(2_000);
        assertEquals(Status.UP, receiver.node.health().status());
        send(0, "last");
        cluster.pass(1_000);
        assertEquals("last", receiver.received.get(receiver.received.size() - 1));
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(cluster.time.now());
    }

    private long counted(String name) {
        return receiver.node.health().counters().getOrDefault(name, 0L);
    }
}
