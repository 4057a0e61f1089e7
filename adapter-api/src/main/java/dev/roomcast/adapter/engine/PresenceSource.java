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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes, and this one, who is in the rooms that they watch: all members first, then each change. On the inbox's turn, but
 * for what the room index calls under its lock.
 *
 * <p>A watcher that may have missed something asks for the whole again. A change and a whole have a version, drawn under the index's
 * lock. Each change is sent before a whole that includes it: a watcher that has missed nothing takes the whole for its changes alone, and
 * would get a join and a leave that it does not know as no change.
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

    /** Changes that are not sent yet, oldest first. Added under the index's lock, taken on the turn. */
    private final Queue<Change> unsent = new ConcurrentLinkedQueue<>();

    /** One join or leave, and what it means to nodes that watch occupancy alone, if anything. */
    private record Change(
            String room,
            long version,
            Presence members,
            @Nullable Presence occupancy) {}

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
            changed(room, new Presence.Joined(described), isFirst ? new Presence.Occupied(true) : null);
        }
    }

    void left(String room, LocalMember member, boolean isLast) {
        if (watched.containsKey(room)) {
            changed(room, new Presence.Left(member.id()), isLast ? new Presence.Occupied(false) : null);
        }
    }

    private void changed(String room, Presence members, @Nullable Presence occupancy) {
        long now = ++version;
        unsent.add(new Change(room, now, members, occupancy));
        inbox.run(() -> tellUntil(now));
    }

    // ---- on the turn

    /** Sends the changes up to now to the nodes that watch now, before others watch: these get a whole that includes them. */
    private void tellUntilNow() {
        tellUntil(index.locked(() -> version));
    }

    private void tellUntil(long version) {
        for (Change next = unsent.peek(); next != null && next.version <= version; next = unsent.peek()) {
            unsent.remove();
            tell(next);
        }
    }

    private void tell(Change change) {
        watchers.forEach((node, watcher) -> {
            Closeness closeness = watcher.rooms.get(change.room);
            Presence presence = closeness == Closeness.OCCUPANCY ? change.occupancy : change.members;
            if (closeness != null && presence != null) {
                saying.accept(node, new Present(change.room, change.version, 0, 1, presence));
            }
        });
    }

    /** A node has changed what it watches. */
    void watch(Incarnation node, Watch watch) {
        Watcher watcher = watchers.computeIfAbsent(node, n -> new Watcher());
        if (watch.version() == watcher.version + 1) {
            watcher.version = watch.version();
            tellUntilNow();
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
            tellUntilNow();
            List<WatchedRoom> rooms = List.copyOf(watcher.listed);
            forgetList(watcher);
            // A room that is watched as before is watched all the time: members may join and leave meanwhile.
            forgetRoomsBut(rooms.stream().map(WatchedRoom::room).collect(Collectors.toSet()), watcher);
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

    private void forgetRoomsBut(Set<String> kept, Watcher watcher) {
        List.copyOf(watcher.rooms.keySet()).stream()
                .filter(room -> !kept.contains(room))
                .forEach(room -> put(watcher, new WatchedRoom(room, Closeness.NONE)));
    }

    private record Whole(long version, List<LocalMember> members) {}

    private void tellAll(Incarnation node, WatchedRoom watchedRoom) {
        String room = watchedRoom.room();
        if (watchedRoom.closeness() == Closeness.NONE) {
            return;
        }
        Whole whole = index.locked(() -> new Whole(version, index.membersOf(room)));
        tellUntil(whole.version);
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
            forgetRoomsBut(Set.of(), watcher);
        }
    }
}
