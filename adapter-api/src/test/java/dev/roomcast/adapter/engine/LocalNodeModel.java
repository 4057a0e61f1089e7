package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.MemberList;
import dev.roomcast.adapter.engine.delivery.Recipients;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Anything that can be done to a node's members, at random beside an oracle of plain maps, on one thread: the index, its events, its
 * walks, the lanes and what each connection gets must agree with it after every operation. A seed decides everything.
 */
final class LocalNodeModel {

    private static final int ROOMS_PER_MEMBER = 8;
    private static final int MEMBERS = 120;
    private static final int GONE_KEPT = 20;
    private static final int BETWEEN_CHECKS = 200;
    private static final int SHOWN = 40;
    private static final Duration MOMENT = Duration.ofMillis(1);
    /** Two pairs of one hash, and names that are members' and users' too. */
    private static final List<String> ROOMS =
            List.of("Aa", "BB", "AaAa", "BBBB", "m1", "m2", "u1", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14");

    private final long seed;
    private final Random random;
    private final VirtualTime time;
    private final Wire wire;
    private final Counters counters = new Counters();
    private final Deque<List<Object>> last = new ArrayDeque<>();

    private Events events = new Events();
    private RoomIndex index = new RoomIndex(events, ROOMS_PER_MEMBER);
    private LocalNode node;

    // The oracle, of this life of the node.
    private final Map<String, Guest> present = new HashMap<>();
    private final List<Guest> here = new ArrayList<>();
    private final List<Guest> gone = new ArrayList<>();
    private final List<Undo> undos = new ArrayList<>();
    private boolean closed;

    // The oracle, of all lives.
    private long packets;
    private long delivered;
    private long failed;
    private long givenUp;

    /** A join that may be undone later. */
    private record Undo(Guest guest, Room room) {}

    LocalNodeModel(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.time = new VirtualTime(seed);
        this.wire = new Wire(time.execution(), 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100));
        this.node = new LocalNode(index, wire.delivery(), counters);
        wire.inbox().open();
    }

    /** How many packets were broadcast so far, and for how many recipients. */
    String summary() {
        return packets + " packets for " + delivered + " recipients";
    }

    void run(int operations) {
        for (int i = 0; i < operations; i++) {
            try {
                step();
                checkSums();
                if (i % BETWEEN_CHECKS == 0 || i == operations - 1) {
                    checkAll();
                }
            } catch (Throwable t) {
                throw new AssertionError(
                        "seed " + seed + ", operation " + i + ": " + t.getMessage() + "\nthe last operations:\n  "
                                + String.join(
                                        "\n  ",
                                        last.stream().map(List::toString).toList())
                                + "\nreplay: ./mvnw -q test -pl adapter-api -Dtest=LocalNodeModelTest -Dmodel.seed="
                                + seed
                                + " -Dmodel.operations=" + (i + 1),
                        t);
            }
        }
    }

    private void step() {
        switch (random.nextInt(32)) {
            case 0, 1, 2 -> add();
            case 3, 4, 5, 6, 7, 8, 9, 10 -> join();
            case 11, 12, 13 -> leave();
            case 14 -> undo();
            case 15, 16 -> remove();
            case 25 -> becomesUser();
            case 17 -> hold();
            case 18, 19 -> release();
            case 20 -> pass();
            case 21, 22, 23 -> receive();
            case 24 -> closeOrOpen();
            default -> deliver();
        }
    }

    private void did(Object... what) {
        last.add(List.of(what));
        if (last.size() > SHOWN) {
            last.remove();
        }
    }

    // ---- the operations

    private void add() {
        if (present.size() >= MEMBERS && random.nextInt(8) > 0) {
            return;
        }
        Guest guest = new Guest(
                index,
                random,
                "m" + random.nextInt(2 * MEMBERS),
                random.nextBoolean() ? "u" + random.nextInt(20) : null);
        did("add", guest.id, String.valueOf(guest.user));
        if (closed) {
            assertThrows(IllegalStateException.class, () -> index.add(guest.member));
            return;
        }
        boolean isNew = !present.containsKey(guest.id);
        if (!isNew && random.nextBoolean()) {
            replace(guest);
            return;
        }
        assertEquals(isNew, index.add(guest.member), "whether the id is free");
        if (isNew) {
            guest.present = true;
            present.put(guest.id, guest);
            here.add(guest);
        }
    }

    private void replace(Guest guest) {
        did("replace", guest.id, String.valueOf(guest.user));
        Guest before = present.put(guest.id, guest);
        assertSame(before.member, index.replace(guest.member, count -> {}), "whom it replaces");
        here.remove(before);
        goes(before);
        guest.present = true;
        here.add(guest);
    }

    private void join() {
        Guest guest = any();
        Set<String> names = new LinkedHashSet<>(rooms(1 + random.nextInt(3)));
        did("join", guest, names);
        Set<String> all = new HashSet<>(guest.rooms.keySet());
        all.addAll(names);
        if (closed) {
            assertThrows(IllegalStateException.class, () -> index.join(guest.member, names));
        } else if (!guest.present) {
            assertNull(index.join(guest.member, names), "a ghost");
        } else if (all.size() > ROOMS_PER_MEMBER) {
            assertThrows(IllegalArgumentException.class, () -> index.join(guest.member, names));
        } else {
            joined(guest, List.copyOf(names), index.join(guest.member, names));
        }
    }

    private void joined(Guest guest, List<String> names, @Nullable List<RoomIndex.Entry> entries) {
        assertEquals(names.size(), entries == null ? -1 : entries.size());
        for (int i = 0; i < names.size(); i++) {
            Room room = entries.get(i).room();
            assertEquals(names.get(i), room.name());
            assertEquals(
                    !guest.rooms.containsKey(names.get(i)),
                    entries.get(i).isNew(),
                    "whether it came to " + room.name());
            guest.rooms.put(names.get(i), room);
            undos.add(random.nextInt(undos.size() + 1), new Undo(guest, room));
        }
        while (undos.size() > GONE_KEPT) {
            undos.remove(undos.size() - 1);
        }
    }

    private void leave() {
        Guest guest = any();
        List<String> names = rooms(1 + random.nextInt(2));
        did("leave", guest, names);
        index.leave(guest.member, names);
        names.forEach(guest.rooms::remove);
    }

    private void undo() {
        if (undos.isEmpty()) {
            return;
        }
        Undo undo = undos.remove(undos.size() - 1);
        did("undo", undo.guest(), undo.room().name());
        index.leave(undo.guest().member, undo.room(), () -> true);
        undo.guest().rooms.remove(undo.room().name(), undo.room());
    }

    private void remove() {
        Guest guest = any();
        if (random.nextInt(4) > 0 && present.size() < MEMBERS) {
            return;
        }
        did("remove", guest);
        index.remove(guest.member);
        if (guest.present) {
            present.remove(guest.id);
            here.remove(guest);
            goes(guest);
        }
    }

    private void becomesUser() {
        Guest guest = any();
        String user = random.nextInt(4) == 0 ? null : "u" + random.nextInt(20);
        did("user", guest, String.valueOf(user));
        if (closed) {
            assertThrows(IllegalStateException.class, () -> index.user(guest.member, user, entry -> true));
            return;
        }
        Boolean became = index.user(guest.member, user, entry -> true);
        assertEquals(guest.present, became != null, "whether it is present");
        if (guest.present) {
            guest.user = user;
        }
    }

    private void goes(Guest guest) {
        guest.gone();
        gone.add(guest);
        if (gone.size() > GONE_KEPT) {
            // What it was still owed has been compared at the latest then.
            check(gone.remove(0));
        }
    }

    /** A send of this member takes too long. */
    private void hold() {
        Guest guest = any();
        if (!guest.present) {
            return;
        }
        did("hold", guest);
        node.lane(guest.member).hold();
        guest.held++;
    }

    private void release() {
        List<Guest> held = here.stream().filter(guest -> guest.held > 0).toList();
        if (held.isEmpty()) {
            return;
        }
        Guest guest = held.get(random.nextInt(held.size()));
        did("release", guest);
        node.comeBack(node.lane(guest.member));
        guest.release();
    }

    /** Whoever has to drain a lane does so. */
    private void pass() {
        did("pass");
        time.pass(MOMENT);
        for (Guest guest : List.copyOf(here)) {
            if (guest.draining && guest.held > 0) {
                // What is held now came before what waits.
                guest.draining = false;
            } else if (guest.draining && !guest.drained()) {
                failed++;
                givesUp(guest);
            }
        }
    }

    private void givesUp(Guest guest) {
        givenUp++;
        present.remove(guest.id);
        here.remove(guest);
        goes(guest);
    }

    private void deliver() {
        Target target = target();
        String text = text();
        did("deliver", text, target);
        node.deliver(target, Packet.text(text));
        expect(target, text);
    }

    private void receive() {
        // What is drained now, or after the packet, is not the same.
        pass();
        Target target = target();
        String text = text();
        did("receive", text, target);
        wire.inbox().run(() -> node.received(target, Packet.text(text)));
        time.pass(MOMENT);
        expect(target, text);
    }

    private String text() {
        return Long.toString(++packets);
    }

    private void closeOrOpen() {
        if (closed) {
            did("open");
            closed = false;
            events = new Events();
            index = new RoomIndex(events, ROOMS_PER_MEMBER);
            node = new LocalNode(index, wire.delivery(), counters);
            gone.clear();
            undos.clear();
        } else if (random.nextInt(200) == 0) {
            pass();
            checkAll();
            did("close");
            index.close();
            node.close();
            closed = true;
            here.forEach(this::goes);
            here.clear();
            present.clear();
        }
    }

    // ---- what is drawn

    /** A member, now and then one that is gone. */
    private Guest any() {
        List<Guest> from = gone.isEmpty() || !present.isEmpty() && random.nextInt(15) > 0 ? here : gone;
        if (from.isEmpty()) {
            Guest stranger = new Guest(index, random, "stranger", null);
            stranger.member.gone();
            return stranger;
        }
        return from.get(random.nextInt(from.size()));
    }

    private List<String> rooms(int count) {
        return random.ints(count, 0, ROOMS.size())
                .map(i -> Math.min(i, random.nextInt(ROOMS.size())))
                .mapToObj(ROOMS::get)
                .toList();
    }

    private List<String> numbered(String kind, int most, int count) {
        return random.ints(count, 0, most).mapToObj(i -> kind + i).toList();
    }

    private Target target() {
        Target target = switch (random.nextInt(8)) {
            case 0 -> Target.everyone();
            case 1, 2, 3 -> Target.rooms(rooms(1));
            case 4 -> Target.users(numbered("u", 22, 1));
            case 5 -> Target.members(numbered("m", 2 * MEMBERS, random.nextInt(4)));
            default ->
                Target.rooms(rooms(random.nextInt(4)))
                        .and(Target.users(numbered("u", 22, random.nextInt(2))))
                        .and(Target.members(numbered("m", 2 * MEMBERS, random.nextInt(3))));
        };
        if (random.nextInt(3) == 0) {
            target = target.exceptRooms(rooms(random.nextInt(3)));
        }
        if (random.nextInt(3) == 0) {
            target = target.exceptMembers(numbered("m", 2 * MEMBERS, random.nextInt(12)));
        }
        return target;
    }

    // ---- the oracle

    private void expect(Target target, String text) {
        for (Guest guest : List.copyOf(here)) {
            if (isFor(target, guest)) {
                delivered++;
                boolean passes = guest.isClear();
                boolean fits = guest.expect(text);
                if (!fits) {
                    givesUp(guest);
                } else if (passes && guest.isBroken()) {
                    failed++;
                    givesUp(guest);
                }
            }
        }
    }

    private static boolean isFor(Target target, Guest guest) {
        boolean selected = target.isEveryone()
                || target.memberIds().contains(guest.id)
                || guest.user != null && target.userIds().contains(guest.user)
                || isInAny(guest, target.roomNames());
        return selected
                && !target.exceptedMemberIds().contains(guest.id)
                && !isInAny(guest, target.exceptedRoomNames());
    }

    private static boolean isInAny(Guest guest, Collection<String> rooms) {
        for (String room : rooms) {
            if (guest.rooms.containsKey(room)) {
                return true;
            }
        }
        return false;
    }

    /** What is quick to compare. */
    private void checkSums() {
        assertEquals(delivered, counters.of(Counters.PACKETS_DELIVERED).sum(), "recipients");
        assertEquals(failed, counters.of(Counters.SENDS_FAILED).sum(), "sends that failed");
        assertEquals(givenUp, counters.of(Counters.MEMBERS_GIVEN_UP).sum(), "members that were given up");
        assertEquals(present.size(), index.everyone().members().size(), "members");
        assertEquals(closed, index.isClosed());
    }

    private void checkAll() {
        Map<String, Set<LocalMember>> rooms = new TreeMap<>();
        Set<Integer> hashes = new HashSet<>();
        for (Guest guest : here) {
            check(guest);
            assertSame(guest.member, index.member(guest.id));
            hashes.add(guest.id.hashCode());
            if (guest.user != null) {
                rooms.computeIfAbsent("USER " + guest.user, n -> new HashSet<>())
                        .add(guest.member);
                hashes.add(guest.user.hashCode());
            }
            guest.rooms.keySet().forEach(name -> {
                rooms.computeIfAbsent("ROOM " + name, n -> new HashSet<>()).add(guest.member);
                hashes.add(name.hashCode());
            });
        }
        gone.forEach(this::check);
        if (!closed) {
            assertEquals(rooms, events.rooms, "the rooms by their events");
        }
        checkRooms(rooms);
        for (int i = 0; i < 2 * MEMBERS; i++) {
            checkHash(hashes, "m" + i);
            checkHash(hashes, "u" + i);
        }
        ROOMS.forEach(name -> checkHash(hashes, name));
    }

    private void check(Guest guest) {
        assertEquals(guest.expected, guest.got, () -> "what " + guest + " got");
        assertEquals(guest.present, guest.member.isPresent(), guest.id);
        guest.expected.clear();
        guest.got.clear();
    }

    private void checkHash(Set<Integer> hashes, String name) {
        assertEquals(
                hashes.contains(name.hashCode()),
                index.hasAny(new int[] {name.hashCode()}),
                () -> "concern with " + name);
    }

    private void checkRooms(Map<String, Set<LocalMember>> rooms) {
        Set<String> names = new HashSet<>();
        rooms.forEach((key, members) -> {
            String name = key.substring(key.indexOf(' ') + 1);
            boolean isRoom = key.startsWith("ROOM");
            if (isRoom) {
                names.add(name);
            }
            assertEquals(members, walked(isRoom ? Target.room(name) : Target.user(name)), key);
        });
        assertEquals(names, index.roomNames());
        assertEquals(names.size(), index.roomCount());
    }

    /** Also whether each member's packets go where they have to. */
    private Set<LocalMember> walked(Target target) {
        Recipients recipients = Recipients.over(index, target, Packet.text(""));
        Set<LocalMember> met = new HashSet<>();
        for (int slot = 0; slot < recipients.size(); slot++) {
            LocalMember member = recipients.member(slot);
            assertSame(
                    member.outlet(),
                    recipients.outlets(slot)[slot % MemberList.CHUNK],
                    () -> "the outlet of " + member);
            assertEquals(true, met.add(member), () -> "met twice: " + member);
        }
        return met;
    }

    /** Rebuilds the rooms from the events alone, and refuses events that are out of order. */
    private static final class Events implements RoomIndex.Observer {

        private final Map<String, Set<LocalMember>> rooms = new HashMap<>();

        private static String key(Room room) {
            return room.kind() + " " + room.name();
        }

        @Override
        public void created(Room room) {
            assertNull(rooms.put(key(room), new HashSet<>()), "created twice: " + key(room));
        }

        @Override
        public void joined(Room room, LocalMember member) {
            assertEquals(true, rooms.get(key(room)).add(member), "joined twice: " + key(room));
        }

        @Override
        public void left(Room room, LocalMember member) {
            assertEquals(true, rooms.get(key(room)).remove(member), "left twice: " + key(room));
        }

        @Override
        public void deleted(Room room) {
            assertEquals(Set.of(), rooms.remove(key(room)), "deleted with members: " + key(room));
        }
    }
}
