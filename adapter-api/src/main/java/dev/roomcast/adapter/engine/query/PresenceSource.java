package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchListRequest;
import dev.roomcast.adapter.engine.codec.Message.WatchedRoom;
import dev.roomcast.adapter.engine.codec.PresenceMessage;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.engine.runtime.Parts;
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
 * Reports the members of watched rooms to the watching nodes, also to this one: all members first, then each change. On
 * the inbox's turn, except for the methods that the room index calls under its lock.
 *
 * <p>A watcher that may have missed a report requests the complete list again. Each change and each list has a version,
 * drawn under the index's lock. Each change is sent before a list that includes it. Otherwise a watcher that compares
 * the list with its state would not see a join that a leave has followed.
 */
public final class PresenceSource {

    /** Against nodes that would have us remember without end. */
    private static final int MOST_ROOMS = 1 << 16;

    /** Of all together, where each node that watches a room counts once. */
    private static final int MOST_WATCHED = 1 << 20;

    private static final class Watcher {
        long version;
        final Map<String, WatchLevel> rooms = new HashMap<>();
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
            PresenceMessage members,
            @Nullable PresenceMessage occupancy) {}

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

    public PresenceSource(
            RoomIndex index, Inbox inbox, IntSupplier frameBudget, BiConsumer<Incarnation, Message> saying) {
        this.index = index;
        this.inbox = inbox;
        this.frameBudget = frameBudget;
        this.saying = saying;
    }

    // ---- under the index's lock

    public void joined(String room, LocalMember member, boolean isFirst) {
        if (watched.containsKey(room)) {
            MemberDescription memberDescription = member.described(Set.of());
            add(
                    room,
                    new PresenceMessage.Joined(memberDescription),
                    isFirst ? new PresenceMessage.Occupied(true) : null);
        }
    }

    public void changed(String room, LocalMember member) {
        if (watched.containsKey(room)) {
            add(room, new PresenceMessage.Changed(member.described(Set.of())), null);
        }
    }

    public void left(String room, LocalMember member, boolean isLast) {
        if (watched.containsKey(room)) {
            add(room, new PresenceMessage.Left(member.id()), isLast ? new PresenceMessage.Occupied(false) : null);
        }
    }

    private void add(String room, PresenceMessage members, @Nullable PresenceMessage occupancy) {
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
            WatchLevel watchLevel = watcher.rooms.get(change.room);
            PresenceMessage presenceMessage = watchLevel == WatchLevel.OCCUPANCY ? change.occupancy : change.members;
            if (watchLevel != null && presenceMessage != null) {
                saying.accept(node, new RoomPresence(change.room, change.version, 0, 1, presenceMessage));
            }
        });
    }

    /** A node has changed what it watches. */
    public void watch(Incarnation node, Watch watch) {
        Watcher watcher = watchers.computeIfAbsent(node, n -> new Watcher());
        if (watch.version() == watcher.version + 1) {
            watcher.version = watch.version();
            tellUntilNow();
            put(watcher, watch.room());
            tellAll(node, watch.room());
        } else if (watch.version() > watcher.version) {
            saying.accept(node, new WatchListRequest());
        }
    }

    /** A node says how often it has changed what it watches. */
    public void watching(Incarnation node, long itsVersion) {
        Watcher watcher = watchers.get(node);
        if (itsVersion != (watcher == null ? 0 : watcher.version)) {
            saying.accept(node, new WatchListRequest());
        }
    }

    /** A node says all that it watches, and wants to know all of it. */
    public void list(Incarnation node, WatchList list) {
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
        boolean isWatched = room.watchLevel() != WatchLevel.NONE && fits;
        WatchLevel before =
                isWatched ? watcher.rooms.put(room.room(), room.watchLevel()) : watcher.rooms.remove(room.room());
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
                .forEach(room -> put(watcher, new WatchedRoom(room, WatchLevel.NONE)));
    }

    private record Whole(long version, List<LocalMember> members) {}

    private void tellAll(Incarnation node, WatchedRoom watchedRoom) {
        String room = watchedRoom.room();
        if (watchedRoom.watchLevel() == WatchLevel.NONE) {
            return;
        }
        Whole whole = index.locked(() -> new Whole(version, index.membersOf(room)));
        tellUntil(whole.version);
        if (watchedRoom.watchLevel() == WatchLevel.OCCUPANCY) {
            PresenceMessage occupied = new PresenceMessage.Occupied(!whole.members.isEmpty());
            saying.accept(node, new RoomPresence(room, whole.version, 0, 1, occupied));
            return;
        }
        List<MemberDescription> described =
                whole.members.stream().map(member -> member.described(Set.of())).toList();
        List<List<MemberDescription>> parts =
                Parts.of(described, member -> 3 * member.weight(), frameBudget.getAsInt());
        for (int part = 0; part < parts.size(); part++) {
            saying.accept(
                    node,
                    new RoomPresence(
                            room, whole.version, part, parts.size(), new PresenceMessage.All(parts.get(part))));
        }
    }

    /** Something could not be told to a node. */
    public void missed(Incarnation node) {
        if (watchers.containsKey(node)) {
            missing.add(node);
        }
    }

    /** With each heartbeat: whoever was not told something is told all of it. */
    public void beat() {
        List<Incarnation> now = List.copyOf(missing);
        missing.clear();
        for (Incarnation node : now) {
            Watcher watcher = watchers.get(node);
            if (watcher != null) {
                watcher.rooms.forEach((room, watchLevel) -> tellAll(node, new WatchedRoom(room, watchLevel)));
            }
        }
    }

    /** A node is gone, and watches nothing. */
    public void gone(Incarnation node) {
        missing.remove(node);
        Watcher watcher = watchers.remove(node);
        if (watcher != null) {
            forgetList(watcher);
            forgetRoomsBut(Set.of(), watcher);
        }
    }
}
