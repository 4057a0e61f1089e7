package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.runtime.Names;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The members of each room on this node: the only owner of membership. Writers take one lock, readers none.
 *
 * <p>The observer is called for every change under that lock, so it gets changes in order. It must be quick, and may
 * take only locks under which it never calls back.
 */
public final class RoomIndex {

    /** Hears every change, hidden rooms' too. */
    public interface Observer {

        void created(Room room);

        void joined(Room room, LocalMember member);

        /** A member of the room has another user, or other attributes. */
        default void changed(Room room, LocalMember member) {}

        void left(Room room, LocalMember member);

        void deleted(Room room);
    }

    private final Object lock = new Object();
    private final Map<String, LocalMember> members = new ConcurrentHashMap<>();
    private final Map<String, Room> rooms = new ConcurrentHashMap<>();
    private final Map<String, Room> users = new ConcurrentHashMap<>();
    private final NameHashes hashes = new NameHashes();
    private final Room everyone = new Room(Room.Kind.EVERYONE, "");
    private final Observer observer;
    private final int roomsPerMember;
    /** Written under the lock. */
    private volatile boolean closed;

    public RoomIndex(Observer observer, int roomsPerMember) {
        this.observer = observer;
        this.roomsPerMember = roomsPerMember;
    }

    /** As the other one, where any number of members may be added. */
    public boolean add(LocalMember member) {
        return add(member, count -> {});
    }

    /**
     * Adds a member; false if its id is that of a present one.
     *
     * @param limit throws if no member may come to so many; called under the lock
     */
    public boolean add(LocalMember member, IntConsumer limit) {
        synchronized (lock) {
            requireOpen();
            if (members.containsKey(member.id())) {
                return false;
            }
            limit.accept(members.size());
            members.put(member.id(), member);
            hashes.add(member.id());
            enter(member);
            return true;
        }
    }

    private void enter(LocalMember member) {
        member.entered(everyone, everyone.members().add(member));
        String user = member.userId();
        if (user != null) {
            enter(users, Room.Kind.USER, user, member);
        }
    }

    /**
     * Adds a member, and removes the one that is present under its id, if there is one. Whoever reads without the lock finds one of them, and
     * for a moment perhaps both.
     *
     * @param limit as for {@link #add(LocalMember, IntConsumer)}; not asked where a member is replaced
     * @return the member that was removed; its connection is to be disconnected
     * @throws IllegalArgumentException if both have the same connection
     */
    @Nullable
    public LocalMember replace(LocalMember member, IntConsumer limit) {
        synchronized (lock) {
            LocalMember before = members.get(member.id());
            if (before == null) {
                add(member, limit);
                return null;
            }
            if (before.connection() == member.connection()) {
                throw new IllegalArgumentException("the connection of member " + member.id()
                        + " is present: keep the member that add or replace returned for it");
            }
            members.put(member.id(), member);
            // First, so that a user of both keeps the channel.
            enter(member);
            before.gone();
            exitAll(before);
            return before;
        }
    }

    /**
     * Gives a member another user, or none; null if the member is not present.
     *
     * @param entered is told of the user's room under the lock, if there is one, and is bound by what binds the observer
     */
    public <T> @Nullable T user(LocalMember member, @Nullable String user, Function<@Nullable Entry, T> entered) {
        synchronized (lock) {
            requireOpen();
            if (!member.isPresent()) {
                return null;
            }
            return entered.apply(become(member, user));
        }
    }

    /** Under the lock. */
    private @Nullable Entry become(LocalMember member, @Nullable String user) {
        String before = member.userId();
        Entry entry = user == null ? null : enter(users, Room.Kind.USER, user, member);
        if (!Objects.equals(user, before)) {
            member.became(user, member.attributes());
            Room left = before == null ? null : users.get(before);
            if (left != null && member.isIn(left)) {
                exit(left, member);
            }
            tellChanged(member);
        }
        return entry;
    }

    /**
     * Gives a member other attributes; does nothing if it is not present.
     *
     * @param attributes immutable
     */
    public void attributes(LocalMember member, Map<String, String> attributes) {
        synchronized (lock) {
            if (member.isPresent() && !attributes.equals(member.attributes())) {
                member.became(member.userId(), attributes);
                tellChanged(member);
            }
        }
    }

    private void tellChanged(LocalMember member) {
        for (Room room : member.rooms()) {
            if (!room.isHidden()) {
                observer.changed(room, member);
            }
        }
    }

    /** A room that a member has joined, and whether it had not been in it. */
    public record Entry(Room room, boolean isNew) {}

    /** As the other one, for a caller that has nothing to do with the entries before somebody else can change them. */
    @Nullable
    public List<Entry> join(LocalMember member, Collection<String> names) {
        return join(member, names, entry -> entry);
    }

    /**
     * Joins rooms; null if the member is not present.
     *
     * @param joined is told of each room under the lock, and is bound by what binds the observer
     */
    @Nullable
    public <T> List<T> join(LocalMember member, Collection<String> names, Function<Entry, T> joined) {
        synchronized (lock) {
            requireOpen();
            if (!member.isPresent()) {
                return null;
            }
            Set<String> distinct = new LinkedHashSet<>(names);
            requireRoomFor(member, distinct);
            return distinct.stream()
                    .map(name -> joined.apply(enter(rooms, Room.Kind.ROOM, name, member)))
                    .toList();
        }
    }

    private void requireRoomFor(LocalMember member, Set<String> names) {
        int all = member.visibleRooms();
        for (String name : names) {
            Room room = rooms.get(name);
            if (room == null || !member.isIn(room)) {
                all++;
            }
        }
        if (all > roomsPerMember) {
            throw new IllegalArgumentException("member " + member.id() + " would be in " + all + " rooms, and "
                    + EngineOptions.ROOMS_PER_MEMBER + " allows " + roomsPerMember
                    + ": let it leave some, or raise the limit");
        }
    }

    private Entry enter(Map<String, Room> kind, Room.Kind as, String name, LocalMember member) {
        Room room = kind.get(name);
        if (room == null) {
            room = new Room(as, name);
            observer.created(room);
            kind.put(name, room);
            hashes.add(name);
        }
        boolean isNew = !member.isIn(room);
        if (isNew) {
            member.entered(room, room.members().add(member));
            observer.joined(room, member);
        }
        return new Entry(room, isNew);
    }

    public void leave(LocalMember member, Collection<String> names) {
        synchronized (lock) {
            for (String name : names) {
                Room room = rooms.get(name);
                if (room != null && member.isIn(room)) {
                    exit(room, member);
                }
            }
        }
    }

    /**
     * Undoes one join, or that a member has got a user; does nothing if the member has left since, even if the room has come anew, or once
     * the node has ended.
     *
     * @param stillJoins asked first, under the lock: whether the join is to be undone
     * @return what that said
     */
    public boolean leave(LocalMember member, Room room, BooleanSupplier stillJoins) {
        synchronized (lock) {
            boolean undone = stillJoins.getAsBoolean();
            if (undone && !closed && member.isIn(room)) {
                undo(room, member);
            }
            return undone;
        }
    }

    private void undo(Room room, LocalMember member) {
        if (room.isHidden()) {
            become(member, null);
        } else {
            exit(room, member);
        }
    }

    /** False if it was removed before. */
    public boolean remove(LocalMember member) {
        synchronized (lock) {
            if (!member.isPresent()) {
                return false;
            }
            member.gone();
            members.remove(member.id(), member);
            hashes.remove(member.id());
            exitAll(member);
            return true;
        }
    }

    private void exitAll(LocalMember member) {
        for (Room room : member.rooms()) {
            exit(room, member);
        }
    }

    /** The lane of a member, which stands before its connection from now on if it did not. */
    StalledQueue lane(LocalMember member, Function<LocalMember, StalledQueue> making) {
        synchronized (lock) {
            if (member.outlet() instanceof StalledQueue stalledQueue) {
                return stalledQueue;
            }
            StalledQueue made = making.apply(member);
            if (member.isPresent()) {
                member.outlet(made);
            }
            return made;
        }
    }

    private void exit(Room room, LocalMember member) {
        int slot = member.exited(room);
        LocalMember moved = room.members().removeAt(slot);
        if (moved != null) {
            moved.moved(room, slot);
        }
        if (room == everyone) {
            return;
        }
        observer.left(room, member);
        if (room.members().size() == 0) {
            (room.isHidden() ? users : rooms).remove(room.name());
            hashes.remove(room.name());
            observer.deleted(room);
        }
    }

    /** Ends membership without events: the node ends, its members do not leave. Returns the channels that were wanted. */
    public List<Subscription> close() {
        synchronized (lock) {
            closed = true;
            List<Subscription> channels = Stream.concat(rooms.values().stream(), users.values().stream())
                    .flatMap(room -> Stream.ofNullable(room.channel()))
                    .toList();
            members.values().forEach(LocalMember::gone);
            members.clear();
            rooms.clear();
            users.clear();
            hashes.clear();
            everyone.members().clear();
            return channels;
        }
    }

    /** Whether the node has ended: nothing is delivered any more. */
    public boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the adapter is closed");
        }
    }

    /** The engine's own member behind a handle. */
    public LocalMember own(Member member) {
        if (Objects.requireNonNull(member, "member") instanceof LocalMember local && local.isOf(this)) {
            return local;
        }
        throw new IllegalArgumentException(
                "member " + member.id() + " is not of this adapter: use the one that this adapter's add returned");
    }

    @Nullable
    public LocalMember member(String id) {
        return members.get(id);
    }

    @Nullable
    Room room(String name) {
        return rooms.get(name);
    }

    @Nullable
    Room user(String id) {
        return users.get(id);
    }

    /** Whether one of these hashes is that of a room, member or user here; without a lock. */
    public boolean hasAny(int[] nameHashes) {
        return hashes.containsAny(nameHashes);
    }

    /** Reads something that no change may come between. */
    public <T> T locked(Supplier<T> reading) {
        synchronized (lock) {
            return reading.get();
        }
    }

    /** The members of a room, none if it is not there. */
    public List<LocalMember> membersOf(String name) {
        Room room = rooms.get(name);
        List<LocalMember> members = new ArrayList<>();
        if (room != null) {
            MemberList.Snapshot snapshot = room.members().snapshot();
            for (int slot = 0; slot < snapshot.size(); slot++) {
                members.add(snapshot.member(slot));
            }
        }
        return members;
    }

    public Room everyone() {
        return everyone;
    }

    public Set<String> roomNames() {
        return Names.snapshot(rooms.keySet());
    }

    /** At most so many members. */
    List<LocalMember> some(int most) {
        return members.values().stream().limit(most).toList();
    }

    int memberCount() {
        return members.size();
    }

    public int roomCount() {
        return rooms.size();
    }
}
