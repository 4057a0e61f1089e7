package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the model test does not ask. */
class RoomIndexTest {

    private final RoomIndex index = new RoomIndex(new NoObserver(), 2);
    private final LocalNode node = new LocalNode(
            index,
            new Wire(new VirtualTime(1).execution(), 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100)).delivery(),
            new Counters());

    @Test
    void anIdIsThatOfOneMember() {
        LocalMember first = member("m", null);
        assertTrue(index.add(first));
        assertFalse(index.add(member("m", null)));
        assertSame(first, index.member("m"));
        assertEquals(1, index.everyone().members().size());
        assertEquals(1, index.memberCount());
    }

    @Test
    void aMemberReplacesTheOneOfItsIdAndAUserOfBothKeepsTheChannel() {
        List<String> events = new ArrayList<>();
        RoomIndex watched = new RoomIndex(
                new RoomIndex.Observer() {
                    @Override
                    public void created(Room room) {}

                    @Override
                    public void joined(Room room, LocalMember member) {}

                    @Override
                    public void left(Room room, LocalMember member) {}

                    @Override
                    public void deleted(Room room) {
                        events.add("deleted " + room.name());
                    }
                },
                2);
        LocalMember old = new LocalMember(watched, Connection.of("m", packet -> {}, why -> {}), "m", "ann", Map.of());
        LocalMember back = new LocalMember(watched, Connection.of("m", packet -> {}, why -> {}), "m", "ann", Map.of());
        watched.add(old);
        watched.join(old, List.of("a"));
        assertSame(old, watched.replace(back, count -> fail("whoever replaces another one needs no place")));
        assertEquals(List.of("deleted a"), events);
        assertSame(back, watched.member("m"));
        assertFalse(old.isPresent());
        assertEquals(1, watched.memberCount());
        assertEquals(1, watched.everyone().members().size());
        assertFalse(watched.remove(old));
        assertTrue(watched.hasAny(new int[] {"m".hashCode()}));
        assertThrows(IllegalArgumentException.class, () -> watched.replace(back, count -> {}));
        assertSame(back, watched.member("m"));
    }

    @Test
    void aMemberMayBeInSoManyRoomsAndItsUserIsNotCounted() {
        LocalMember member = added("m", "ann");
        index.join(member, List.of("a"));
        index.join(member, List.of("a", "b"));
        index.join(member, List.of("b"));
        assertThrows(IllegalArgumentException.class, () -> index.join(member, List.of("c")));
        assertEquals(2, index.roomCount());
        assertFalse(hasAny("c"));
        index.leave(member, List.of("a"));
        index.join(member, List.of("c"));
        assertEquals(2, index.roomCount());
    }

    @Test
    void whatAJoinOrALeaveCostsDoesNotGrowWithTheRoomsOfTheMember() {
        int most = 1 << 13;
        Cost.assertLinear(most, count -> {
            RoomIndex many = new RoomIndex(new NoObserver(), count);
            LocalMember member =
                    new LocalMember(many, Connection.of("m", packet -> {}, why -> {}), "m", null, Map.of());
            many.add(member);
            for (int i = 0; i < count; i++) {
                many.join(member, List.of("r" + i));
                many.join(member, List.of("r" + i));
            }
            for (int i = 0; i < count; i++) {
                assertTrue(member.isIn(Objects.requireNonNull(many.room("r" + i))));
            }
            for (int i = count - 1; i >= 0; i--) {
                many.leave(member, List.of("r" + i));
            }
            assertEquals(0, many.roomCount());
        });
    }

    @Test
    void aMemberOfManyRoomsIsKeptAsOneOfFew() {
        List<String> events = new ArrayList<>();
        int count = 3 * LocalMember.FEW;
        RoomIndex watched = new RoomIndex(new Events(events), count);
        LocalMember member =
                new LocalMember(watched, Connection.of("m", packet -> {}, why -> {}), "m", "ann", Map.of());
        LocalMember other = new LocalMember(watched, Connection.of("o", packet -> {}, why -> {}), "o", null, Map.of());
        watched.add(member);
        watched.add(other);
        for (int i = 0; i < count; i++) {
            watched.join(other, List.of("r" + i));
            watched.join(member, List.of("r" + i));
        }
        assertThrows(IllegalArgumentException.class, () -> watched.join(member, List.of("r0", "one more")));
        for (int i = 0; i < count; i++) {
            // The one behind it moves into its slot.
            watched.leave(other, List.of("r" + i));
            assertEquals(List.of(member), watched.membersOf("r" + i));
        }
        assertSame(
                member.outlet(),
                Objects.requireNonNull(watched.room("r0")).members().snapshot().outlets(0)[0]);
        StalledQueue stalledQueue = watched.lane(member, laned -> new StalledQueue(node, laned, laned.connection()));
        assertSame(
                stalledQueue,
                Objects.requireNonNull(watched.room("r" + (count - 1)))
                        .members()
                        .snapshot()
                        .outlets(0)[0]);
        watched.leave(member, List.of("r5"));
        watched.join(member, List.of("r5"));
        events.clear();
        watched.remove(member);
        List<String> left = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i != 5) {
                left.addAll(List.of("left r" + i, "deleted r" + i));
            }
        }
        left.addAll(List.of("left r5", "deleted r5"));
        events.removeIf(event -> event.endsWith("ann"));
        assertEquals(left, events, "in the order of joining");
        assertEquals(0, watched.roomCount());
    }

    @Test
    void whoIsGoneJoinsNothing() {
        LocalMember member = added("m", null);
        index.remove(member);
        assertNull(index.join(member, List.of("a")));
        assertEquals(0, index.roomCount());
    }

    @Test
    void namesAreOfConcernAsLongAsSomethingHasThem() {
        LocalMember member = added("m", "ann");
        index.join(member, List.of("a", "b"));
        assertTrue(hasAny("m") && hasAny("ann") && hasAny("a") && hasAny("b"));
        index.leave(member, List.of("a"));
        assertFalse(hasAny("a"));
        index.remove(member);
        assertFalse(hasAny("m") || hasAny("ann") || hasAny("b"));
    }

    @Test
    void aMemberHasOneLane() {
        LocalMember member = added("m", null);
        StalledQueue stalledQueue = lane(member);
        assertSame(stalledQueue, lane(member));
        assertSame(stalledQueue, member.outlet());
    }

    @Test
    void whoIsGoneHasNoLaneInPlace() {
        LocalMember member = added("m", null);
        index.remove(member);
        assertNotSame(lane(member), member.outlet());
    }

    @Test
    void onceClosedNobodyIsThereAndNobodyComes() {
        LocalMember member = added("m", "ann");
        index.join(member, List.of("a"));
        index.close();
        assertTrue(index.isClosed());
        assertFalse(member.isPresent());
        assertNull(index.member("m"));
        assertNull(index.room("a"));
        assertNull(index.user("ann"));
        assertEquals(0, index.everyone().members().size());
        assertFalse(hasAny("m") || hasAny("ann") || hasAny("a"));
        assertThrows(IllegalStateException.class, () -> index.add(member("n", null)));
        assertThrows(IllegalStateException.class, () -> index.join(member, List.of("b")));
    }

    @Test
    void aJoinThatIsUndoneOnceClosedRaisesNoEvent() {
        List<String> events = new ArrayList<>();
        RoomIndex watched = new RoomIndex(new Events(events), 2);
        LocalMember member = new LocalMember(watched, Connection.of("m", packet -> {}, why -> {}), "m", null, Map.of());
        watched.add(member);
        Room room = watched.join(member, List.of("a")).get(0).room();
        watched.close();
        // As when the broker refuses the room's channel while the node says goodbye.
        watched.leave(member, room, () -> true);
        assertEquals(List.of("created a", "joined a"), events);
    }

    private record Events(List<String> events) implements RoomIndex.Observer {

        @Override
        public void created(Room room) {
            events.add("created " + room.name());
        }

        @Override
        public void joined(Room room, LocalMember member) {
            events.add("joined " + room.name());
        }

        @Override
        public void left(Room room, LocalMember member) {
            events.add("left " + room.name());
        }

        @Override
        public void deleted(Room room) {
            events.add("deleted " + room.name());
        }
    }

    private StalledQueue lane(LocalMember member) {
        return index.lane(member, laned -> new StalledQueue(node, laned, laned.connection()));
    }

    private boolean hasAny(String name) {
        return index.hasAny(new int[] {name.hashCode()});
    }

    private LocalMember added(String id, @Nullable String user) {
        LocalMember member = member(id, user);
        assertTrue(index.add(member));
        return member;
    }

    private LocalMember member(String id, @Nullable String user) {
        return new LocalMember(index, Connection.of(id, packet -> {}, why -> {}), id, user, Map.of());
    }
}
