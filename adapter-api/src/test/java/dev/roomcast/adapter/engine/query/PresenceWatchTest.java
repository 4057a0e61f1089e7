package dev.roomcast.adapter.engine.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.PresenceCodec;
import dev.roomcast.adapter.engine.codec.PresenceMessage;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PresenceWatchTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);

    private final List<String> told = new ArrayList<>();
    private final PresenceWatch watch = new PresenceWatch("r", Runnable::run);

    PresenceWatchTest() {
        watch.add(new Door());
    }

    private final class Door implements OccupancyListener {

        @Override
        public void occupied() {
            told.add("occupied");
        }

        @Override
        public void vacated() {
            told.add("vacated");
        }
    }

    private void tells(Incarnation node, boolean isOccupied) {
        heard(watch, node, new PresenceMessage.Occupied(isOccupied));
    }

    private static void heard(PresenceWatch watch, Incarnation node, PresenceMessage presenceMessage) {
        watch.heard(
                node,
                new PeerInfo(node.toString(), "n", Status.ALIVE),
                new RoomPresence("r", 1, 0, 1, presenceMessage));
    }

    @Test
    void aRoomIsOccupiedWhileItIsOnOneNode() {
        watch.begin();
        tells(A, false);
        tells(B, true);
        tells(A, true);
        tells(B, false);
        assertEquals(List.of("vacated", "occupied"), told);
        watch.gone(B);
        watch.gone(A);
        assertEquals(List.of("vacated", "occupied", "vacated"), told);
    }

    @Test
    void itIsCountedHowManyNodesHaveToldTheWhole() {
        tells(A, false);
        tells(A, true);
        tells(B, false);
        assertEquals(2, watch.whole());
        watch.doubt(A);
        watch.doubt(A);
        assertEquals(1, watch.whole());
        tells(A, false);
        assertEquals(2, watch.whole());
        watch.gone(A);
        watch.gone(A);
        assertEquals(1, watch.whole());
        watch.doubtAll();
        assertEquals(0, watch.whole());
        tells(B, false);
        assertEquals(1, watch.whole());
    }

    /** Members of which nobody has asked yet, or any more, are passed over. */
    @Test
    void whatDoesNotFitIsNotCounted() {
        heard(watch, A, new PresenceMessage.All(List.of(new MemberDescription("m", null, Set.of(), Map.of()))));
        assertEquals(0, watch.whole());
    }

    @Test
    void whatManyNodesTellOfAnEmptyRoomCostsAsMuchAsTheyAreMany() {
        Cost.assertLinear(1 << 14, count -> {
            PresenceWatch many = new PresenceWatch("r", Runnable::run);
            many.add(new Door());
            for (int i = 1; i <= count; i++) {
                heard(many, new Incarnation(i, i), new PresenceMessage.Occupied(false));
            }
            assertEquals(count, many.whole());
        });
    }

    @Test
    void aMemberThatHasChangedIsToldAsChangedAlsoByAList() {
        watch.add(new PresenceListener() {
            @Override
            public void changed(MemberInfo before, MemberInfo now) {
                told.add(before.user() + " to " + now.user());
            }

            @Override
            public void joined(MemberInfo member) {
                told.add("joined");
            }

            @Override
            public void left(MemberInfo member) {
                told.add("left");
            }

            @Override
            public void arrived(String user) {
                told.add("arrived " + user);
            }

            @Override
            public void departed(String user) {
                told.add("departed " + user);
            }
        });
        heard(watch, A, new PresenceMessage.All(List.of(described("ann"))));
        watch.begin();
        told.clear();
        watch.heard(
                A,
                new PeerInfo(A.toString(), "n", Status.ALIVE),
                new RoomPresence("r", 2, 0, 1, new PresenceMessage.Changed(described("bob"))));
        heard(watch, A, new PresenceMessage.All(List.of(described("cid"))));
        heard(watch, A, new PresenceMessage.All(List.of(described("cid"))));
        assertEquals(
                List.of(
                        "Optional[ann] to Optional[bob]",
                        "arrived bob",
                        "departed ann",
                        "Optional[bob] to Optional[cid]",
                        "arrived cid",
                        "departed bob"),
                told);
    }

    /** What a node of a later release tells. */
    @Test
    void aPresenceOfAnUnknownKindIsPassedOver() {
        assertNull(PresenceCodec.presence(new ByteReader(new byte[] {99})));
    }

    private static MemberDescription described(String user) {
        return new MemberDescription("m", user, Set.of(), Map.of());
    }
}
