package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random joins, leaves and removals beside two plain maps; the index, its events and its walks must agree with them. */
class RoomIndexModelTest {

    private static final int OPERATIONS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithTheOracle(long seed) {
        Random random = new Random(seed);
        Events events = new Events();
        RoomIndex index = new RoomIndex(events, 1000);
        Duration any = Duration.ofMillis(100);
        LocalNode node =
                new LocalNode(index, new Wire(new VirtualTime(seed).execution(), 1 << 20, any, any), new Counters());
        Map<LocalMember, Set<String>> oracle = new HashMap<>();
        List<LocalMember> members = new ArrayList<>();
        for (int i = 0; i < OPERATIONS; i++) {
            if (members.size() < 200 || random.nextInt(50) == 0) {
                add(index, oracle, members, "m" + i);
            }
            LocalMember member = members.get(random.nextInt(members.size()));
            String room = "r" + (int) Math.abs(random.nextGaussian() * 5);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    index.leave(member, List.of(room));
                    oracle.get(member).remove(room);
                }
                case 2 -> {
                    if (random.nextInt(20) == 0) {
                        index.lane(member, laned -> new Lane(node, laned, laned.connection()));
                    }
                    if (random.nextInt(8) == 0) {
                        index.remove(member);
                        oracle.remove(member);
                        members.remove(member);
                    }
                }
                default -> {
                    index.join(member, List.of(room));
                    oracle.get(member).add(room);
                }
            }
            if (i % 100 == 0) {
                check(index, oracle, events);
            }
        }
        members.forEach(index::remove);
        oracle.clear();
        check(index, oracle, events);
        assertEquals(0, index.everyone().members().size());
    }

    private static void add(
            RoomIndex index, Map<LocalMember, Set<String>> oracle, List<LocalMember> members, String id) {
        Connection connection = Connection.of(id, packet -> {}, why -> {});
        LocalMember member = new LocalMember(index, connection, id, null, Map.of());
        assertTrue(index.add(member));
        oracle.put(member, new TreeSet<>());
        members.add(member);
    }

    private static void check(RoomIndex index, Map<LocalMember, Set<String>> oracle, Events events) {
        Map<String, Set<LocalMember>> rooms = new TreeMap<>();
        oracle.forEach((member, names) -> names.forEach(
                name -> rooms.computeIfAbsent(name, n -> new HashSet<>()).add(member)));
        assertEquals(rooms.keySet(), index.roomNames());
        assertEquals(rooms, events.rooms);
        rooms.forEach((name, members) -> assertEquals(members, walk(index, Target.room(name))));
        assertEquals(oracle.keySet(), walk(index, Target.everyone()));
        Set<LocalMember> union = new HashSet<>(rooms.getOrDefault("r0", Set.of()));
        union.addAll(rooms.getOrDefault("r1", Set.of()));
        union.removeAll(rooms.getOrDefault("r2", Set.of()));
        assertEquals(union, walk(index, Target.rooms(Set.of("r0", "r1")).exceptRooms(Set.of("r2", "none"))));
    }

    private static Set<LocalMember> walk(RoomIndex index, Target target) {
        Walk walk = Walk.over(index, target, Packet.text(""));
        Set<LocalMember> met = new HashSet<>();
        for (int slot = 0; slot < walk.size(); slot++) {
            LocalMember member = walk.member(slot);
            assertSame(member.outlet(), walk.outlets(slot)[slot % MemberList.CHUNK], "outlet of " + member);
            if (!walk.isExcepted(slot)) {
                assertTrue(met.add(member), "met twice: " + member);
            }
        }
        return met;
    }

    /** Rebuilds the rooms from the events alone, and refuses events that are out of order. */
    private static final class Events implements RoomIndex.Observer {

        private final Map<String, Set<LocalMember>> rooms = new TreeMap<>();

        @Override
        public void created(Room room) {
            assertEquals(null, rooms.put(room.name(), new HashSet<>()));
        }

        @Override
        public void joined(Room room, LocalMember member) {
            assertTrue(rooms.get(room.name()).add(member));
        }

        @Override
        public void left(Room room, LocalMember member) {
            assertTrue(rooms.get(room.name()).remove(member));
        }

        @Override
        public void deleted(Room room) {
            assertEquals(Set.of(), rooms.remove(room.name()));
        }
    }
}
