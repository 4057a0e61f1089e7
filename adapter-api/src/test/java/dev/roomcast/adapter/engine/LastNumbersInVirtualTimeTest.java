package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The last numbers of many channels are said together, and each loss before a silence is told all the same. A heartbeat is a second. */
class LastNumbersInVirtualTimeTest {

    private static final int ROOMS = 1_000;
    private static final Incarnation STRANGER = new Incarnation(7, 7);

    private final SimulatedCluster cluster = SimulatedCluster.of(12, 2);
    private final SimulatedCluster.Client receiver = cluster.client(1, "receiver");
    private final List<Loss> told = new ArrayList<>();
    /** How many frames were published on channels of each kind. */
    private final Map<String, Integer> published = new TreeMap<>();

    private long strangersNumber;

    @BeforeEach
    void witness() {
        receiver.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                told.add(loss);
            }
        });
        receiver.node.join(receiver.member, List.of("room-1", "room-2", "room-3"));
        cluster.pass(3_500);
        cluster.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void published(String channel, byte[] frame) {
                published.merge(channel.split("\\.")[2], 1, Integer::sum);
            }
        });
    }

    @Test
    void anIsolatedPacketTakesOneFrameAndNotTwo() {
        sendToAllRooms();
        cluster.pass(5_000);
        assertEquals(ROOMS, published.get("room"));
        assertTrue(published.get("all") < 40, published::toString);
        assertEquals(List.of("0", "1", "2"), receiver.received.subList(0, 3));
        assertEquals(List.of(), told);
    }

    @Test
    void theLossOfOneOfManyIsToldWithinTwoHeartbeatsByATailOfItsOwn() {
        cluster.broker.transport(1).dropNext(2);
        sendToAllRooms();
        cluster.pass(1_950);
        assertEquals(ROOMS + 2, published.get("room"), "a tail for each that was asked for");
        assertEquals(List.of(Kind.GAP, Kind.GAP), told.stream().map(Loss::kind).toList());
        assertEquals("room-1", told.get(0).rooms().iterator().next());
        assertEquals("room-2", told.get(1).rooms().iterator().next());
        cluster.pass(10_000);
        assertEquals(2, told.size());
    }

    @Test
    void aRoomThatWasSentToJustBeforeAJoinIsNoLoss() {
        sendToAllRooms();
        receiver.node.join(receiver.member, "room-7");
        cluster.pass(10_000);
        assertEquals(List.of(), told);
        assertEquals(ROOMS, published.get("room"), "nor need its sender be asked");
    }

    @Test
    void silentRoomsCostNothing() {
        sendToAllRooms();
        cluster.pass(5_000);
        published.clear();
        cluster.pass(60_000);
        assertEquals(null, published.get("room"));
    }

    @Test
    void aNodeThatReadsNoLastNumbersIsSaidTheTailOfEachRoom() {
        sendToAllRooms();
        int before = published.getOrDefault("room", 0);
        stranger(new Hello(1, "earlier", FrameCodec.VERSIONS));
        cluster.pass(500);
        stranger(new Heartbeat("earlier", FrameCodec.VERSIONS));
        cluster.pass(2_000);
        assertTrue(published.get("room") - before >= ROOMS, published::toString);
        stranger(new Goodbye());
        cluster.pass(10_000);
        published.clear();
        sendToAllRooms();
        cluster.pass(5_000);
        assertEquals(ROOMS, published.get("room"), "once it is gone, one frame is enough again");
    }

    /** What invented nodes say must not cost the place of those that live. */
    @Test
    void nodesThatReadLastNumbersStayKnownAsSuchWhateverStrangersSay() {
        for (int i = 0; i <= 10_000; i++) {
            Incarnation invented = new Incarnation(i + 8, 1);
            publish(new Frame(invented, 1, 1, 0, 1, null, List.of(new LastSequences(List.of()))));
        }
        cluster.pass(1_100);
        published.clear();
        sendToAllRooms();
        cluster.pass(5_000);
        assertEquals(ROOMS, published.get("room"), "one frame is enough for each");
    }

    /** What has left before a node of an earlier release is known, it may hear all the same. */
    @Test
    void whatWasSaidBeforeSuchANodeWasKnownIsSaidOnceMore() {
        send("room-1");
        cluster.pass(1_600);
        assertEquals(1, published.get("room"));
        stranger(new Hello(1, "earlier", FrameCodec.VERSIONS));
        cluster.pass(1_100);
        assertEquals(2, published.get("room"), "the tail");
    }

    /** Nobody can say any more what became of it. */
    @Test
    void whatASenderSaysAndDoesNotProveIsAPossibleLoss() {
        stranger(new Hello(1, "liar", FrameCodec.VERSIONS));
        cluster.pass(50);
        long hash = ChannelNames.shortHash(new ChannelNames("roomcast", "/", 1_000).room("room-1"));
        stranger(new LastSequences(List.of(new ChannelSequence(hash, 3, 4, 0))));
        for (int beat = 0; beat < 6; beat++) {
            cluster.pass(1_000);
            stranger(new Heartbeat("liar", FrameCodec.VERSIONS));
        }
        assertEquals(1, told.size(), told::toString);
        assertEquals(Kind.POSSIBLE, told.get(0).kind());
        assertEquals("liar", told.get(0).from().orElseThrow().name());
        assertTrue(told.get(0).rooms().contains("room-1"));
    }

    @Test
    void aRequestForTailsThatNobodyOwesIsPassedOver() {
        stranger(new Hello(1, "asks", FrameCodec.VERSIONS));
        stranger(new LastSequences(List.of()));
        cluster.pass(2_500);
        published.clear();
        stranger(new LastSequenceRequest(List.of(1L, 2L, 3L, -1L)));
        cluster.pass(500);
        assertEquals(null, published.get("room"));
    }

    private void sendToAllRooms() {
        for (int i = 0; i < ROOMS; i++) {
            cluster.nodes.get(0).broadcast(Target.room("room-" + (i + 1)), Packet.text(String.valueOf(i)));
        }
        cluster.pass(20);
    }

    private void send(String room) {
        cluster.nodes.get(0).broadcast(Target.room(room), Packet.text("x"));
        cluster.pass(10);
    }

    /** A node of another release says something to all. */
    private void stranger(Message message) {
        publish(new Frame(STRANGER, 1, ++strangersNumber, 0, 1, null, List.of(message)));
        cluster.pass(5);
    }

    private void publish(Frame frame) {
        String channel = new ChannelNames("roomcast", "/", 1_000).namespace();
        cluster.broker.publish(null, channel, FrameCodec.encode(frame, null));
    }
}
