package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.Finding.Described;
import dev.roomcast.adapter.engine.Message.Closeness;
import dev.roomcast.adapter.engine.Message.Present;
import dev.roomcast.adapter.engine.Message.Watch;
import dev.roomcast.adapter.engine.Message.WatchAsked;
import dev.roomcast.adapter.engine.Message.WatchList;
import dev.roomcast.adapter.engine.Message.WatchedRoom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;

/**
 * Tells other nodes, and this one, who is in the rooms that they watch: all members first, then each change. On the inbox's turn, but
 * for what the room index calls under its lock.
 *
 * <p>A watcher that has missed something asks for the whole again. A change bears a version, drawn under the index's lock as the whole's
 * is: of a change that is told after the whole that holds it already, a watcher knows that.
 */
final class PresenceSource {

    /** Against nodes that would have us remember without end. */
    private static final int MOST_ROOMS = 1 << 16;

    /** Of all together, where each node that watches a room counts once. */
    private static final int MOST_WATCHED = 1 << 20;

    private static final class Watcher {
        long version;
        final Map<String, Closeness> rooms = new HashMap<>();
        /** Of a list that comes in parts, what has come. */
        final List<WatchedRoom> listed = new ArrayList<>();

        int parts;
    }

    private final Map<Incarnation, Watcher> watchers = new HashMap<>();
    /** How many watch a room; read under the index's lock. */
    private final Map<String, Integer> watched = new ConcurrentHashMap<>();

    /** How many rooms are remembered of all watchers, listed ones too. */
    private int remembered;

    /** Those who were not told something. */
    private final Set<Incarnation> missing = new HashSet<>();

    private final RoomIndex index;
    private final Inbox inbox;
    private final IntSupplier frameBudget;
    private final BiConsumer<Incarnation, Message> saying;
    /** Under the index's lock. */
    private long version;

    PresenceSource(RoomIndex index, Inbox inbox, IntSupplier frameBudget, BiConsumer<Incarnation, Message> saying) {
        this.index = index;
        this.inbox = inbox;
        this.frameBudget = frameBudget;
        this.saying = saying;
    }

    // ---- under the index's lock

    void joined(String room, LocalMember member, boolean isFirst) {
        if (watched.containsKey(room)) {
            Described described = member.described(Set.of());
            long now = ++version;
            inbox.run(() -> {
                tell(room, Closeness.MEMBERS, now, new Presence.Joined(described));
                if (isFirst) {
                    tell(room, Closeness.OCCUPANCY, now, new Presence.Occupied(true));
                }
            });
        }
    }

    void left(String room, LocalMember member, boolean isLast) {
        if (watched.containsKey(room)) {
            long now = ++version;
            inbox.run(() -> {
                tell(room, Closeness.MEMBERS, now, new Presence.Left(member.id()));
                if (isLast) {
                    tell(room, Closeness.OCCUPANCY, now, new Presence.Occupied(false));
                }
            });
        }
    }

    // ---- on the turn

    private void tell(String room, Closeness closeness, long at, Presence presence) {
        watchers.forEach((node, watcher) -> {
            if (watcher.rooms.get(room) == closeness) {
                saying.accept(node, new Present(room, at, 0, 1, presence));
            }
        });
    }

    /** A node has changed what it watches. */
    void watch(Incarnation node, Watch watch) {
        Watcher watcher = watchers.computeIfAbsent(node, n -> new Watcher());
        if (watch.version() == watcher.version + 1) {
            watcher.version = watch.version();
            put(watcher, watch.room());
            tellAll(node, watch.room());
        } else if (watch.version() > watcher.version) {
            saying.accept(node, new WatchAsked());
        }
    }

    /** A node says how often it has changed what it watches. */
    void watching(Incarnation node, long itsVersion) {
        Watcher watcher = watchers.get(node);
        if (itsVersion != (watcher == null ? 0 : watcher.version)) {
            saying.accept(node, new WatchAsked());
        }
    }

    /** A node says all that it watches, and wants to know all of it. */
    void list(Incarnation node, WatchList list) {
        Watcher watcher = watchers.computeIfAbsent(node, n -> new Watcher());
        if (list.part() == 0) {
            forgetList(watcher);
            watcher.parts = 0;
        }
        if (list.part() != watcher.parts || watcher.listed.size() > MOST_ROOMS || remembered >= MOST_WATCHED) {
            return;
        }
        watcher.parts++;
        watcher.listed.addAll(list.rooms());
        remembered += list.rooms().size();
        if (watcher.parts == list.parts()) {
            watcher.version = list.version();
            forgetRooms(watcher);
            List<WatchedRoom> rooms = List.copyOf(watcher.listed);
            forgetList(watcher);
            rooms.forEach(room -> put(watcher, room));
            rooms.forEach(room -> tellAll(node, room));
        }
    }

    private void put(Watcher watcher, WatchedRoom room) {
        boolean fits = watcher.rooms.containsKey(room.room())
                || watcher.rooms.size() < MOST_ROOMS && remembered < MOST_WATCHED;
        boolean isWatched = room.closeness() != Closeness.NONE && fits;
        Closeness before =
                isWatched ? watcher.rooms.put(room.room(), room.closeness()) : watcher.rooms.remove(room.room());
        if (isWatched && before == null) {
            remembered++;
            watched.merge(room.room(), 1, Integer::sum);
        } else if (!isWatched && before != null) {
            remembered--;
            watched.computeIfPresent(room.room(), (name, count) -> count == 1 ? null : count - 1);
        }
    }

    private void forgetList(Watcher watcher) {
        remembered -= watcher.listed.size();
        watcher.listed.clear();
    }

    private void forgetRooms(Watcher watcher) {
        List.copyOf(watcher.rooms.keySet()).forEach(room -> put(watcher, new WatchedRoom(room, Closeness.NONE)));
    }

    private record Whole(long version, List<LocalMember> members) {}

    private void tellAll(Incarnation node, WatchedRoom watchedRoom) {
        String room = watchedRoom.room();
        if (watchedRoom.closeness() == Closeness.NONE) {
            return;
        }
        Whole whole = index.locked(() -> new Whole(version, index.membersOf(room)));
        if (watchedRoom.closeness() == Closeness.OCCUPANCY) {
            Presence occupied = new Presence.Occupied(!whole.members.isEmpty());
            saying.accept(node, new Present(room, whole.version, 0, 1, occupied));
            return;
        }
        List<Described> described =
                whole.members.stream().map(member -> member.described(Set.of())).toList();
        List<List<Described>> parts = Parts.of(described, member -> 3 * member.weight(), frameBudget.getAsInt());
        for (int part = 0; part < parts.size(); part++) {
            saying.accept(
                    node, new Present(room, whole.version, part, parts.size(), new Presence.All(parts.get(part))));
        }
    }

    /** Something could not be told to a node. */
    void missed(Incarnation node) {
        if (watchers.containsKey(node)) {
            missing.add(node);
        }
    }

    /** With each heartbeat: whoever was not told something is told all of it. */
    void beat() {
        List<Incarnation> now = List.copyOf(missing);
        missing.clear();
        for (Incarnation node : now) {
            Watcher watcher = watchers.get(node);
            if (watcher != null) {
                watcher.rooms.forEach((room, closeness) -> tellAll(node, new WatchedRoom(room, closeness)));
            }
        }
    }

    /** A node is gone, and watches nothing. */
    void gone(Incarnation node) {
        missing.remove(node);
        Watcher watcher = watchers.remove(node);
        if (watcher != null) {
            forgetList(watcher);
            forgetRooms(watcher);
        }
    }
}
