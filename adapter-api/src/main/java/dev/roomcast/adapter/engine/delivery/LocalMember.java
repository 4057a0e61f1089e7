package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A member of this node. It remembers its rooms, and its slot in each, so leaving needs no search in the room. For few
 * rooms it uses two parallel arrays, where a membership costs a few bytes. For more rooms it uses a map, where the cost
 * of a join or leave does not depend on their number.
 */
public final class LocalMember implements Member {

    private static final Room[] NO_ROOMS = {};
    private static final int[] NO_SLOTS = {};
    /** So many rooms are kept in arrays. */
    static final int FEW = 32;

    /** What the application changes of a member is its node's to do. On any thread. */
    public interface Changes {

        Changes NONE = new Changes() {
            @Override
            public CompletionStage<Void> user(LocalMember member, @Nullable String user) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void attributes(LocalMember member, Map<String, String> attributes) {
                throw new UnsupportedOperationException();
            }
        };

        CompletionStage<Void> user(LocalMember member, @Nullable String user);

        void attributes(LocalMember member, Map<String, String> attributes);
    }

    /** A room that is kept in the map. */
    private static final class Place {

        private final long order;
        private int slot;

        Place(long order, int slot) {
            this.order = order;
            this.slot = slot;
        }
    }

    private final RoomIndex index;
    private final Connection connection;
    private final String id;
    private final Changes changes;
    /** Written under the index's lock. */
    private volatile @Nullable String user;
    /** Immutable. Written under the index's lock. */
    private volatile Map<String, String> attributes;

    /** Where packets for it go: the connection, or a lane before it. Written under the index's lock; read by walks without it. */
    private volatile Connection outlet;

    private volatile boolean present = true;
    /** Few rooms. Written under the index's lock, always a new array; read by walks without it, and before {@link #many}. */
    private volatile Room[] few = NO_ROOMS;
    /** Under the index's lock. */
    private int[] slots = NO_SLOTS;
    /** All rooms, once they were more than a few. Written under the index's lock; read by walks without it. */
    private volatile @Nullable Map<Room, Place> many;
    /** How many rooms were joined. Under the index's lock. */
    private long joined;
    /** How many of the rooms are not hidden. Under the index's lock. */
    private int visible;

    /** One that stays as it is. */
    public LocalMember(
            RoomIndex index, Connection connection, String id, @Nullable String user, Map<String, String> attributes) {
        this(index, connection, id, user, attributes, Changes.NONE);
    }

    public LocalMember(
            RoomIndex index,
            Connection connection,
            String id,
            @Nullable String user,
            Map<String, String> attributes,
            Changes changes) {
        this.index = index;
        this.changes = changes;
        this.connection = connection;
        this.outlet = connection;
        this.id = id;
        this.user = user;
        this.attributes = Map.copyOf(attributes);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    @Override
    public CompletionStage<Void> user(@Nullable String now) {
        return changes.user(this, now);
    }

    @Override
    public Map<String, String> attributes() {
        return attributes;
    }

    @Override
    public void attributes(Map<String, String> now) {
        changes.attributes(this, now);
    }

    @Override
    public boolean isPresent() {
        return present;
    }

    boolean isOf(RoomIndex other) {
        return index == other;
    }

    /** Removes it from its node; false if it was removed before. */
    boolean remove() {
        return index.remove(this);
    }

    Connection connection() {
        return connection;
    }

    public Connection outlet() {
        return outlet;
    }

    /** Under the index's lock: walks that begin from now on find this outlet. */
    void outlet(Connection now) {
        outlet = now;
        for (Room room : rooms()) {
            room.members().refresh(slotIn(room));
        }
    }

    @Nullable
    public String userId() {
        return user;
    }

    /** Under the index's lock. */
    void became(@Nullable String userNow, Map<String, String> attributesNow) {
        user = userNow;
        attributes = attributesNow;
    }

    /** As other nodes are told of it. */
    public MemberDescription memberDescription() {
        Set<String> names = new LinkedHashSet<>();
        for (Room room : rooms()) {
            if (!room.isHidden()) {
                names.add(room.name());
            }
        }
        return described(names);
    }

    public MemberDescription described(Set<String> roomNames) {
        return new MemberDescription(id, user, roomNames, attributes);
    }

    boolean isIn(Room room) {
        Room[] now = few;
        Map<Room, Place> all = many;
        return all == null ? position(now, room) >= 0 : all.containsKey(room);
    }

    /** All of them in the order of joining, hidden ones too; nobody may write to it. */
    Room[] rooms() {
        Room[] now = few;
        Map<Room, Place> all = many;
        if (all == null) {
            return now;
        }
        return all.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().order))
                .map(Map.Entry::getKey)
                .toArray(Room[]::new);
    }

    /** How many rooms it is in, but for hidden ones. Under the index's lock. */
    int visibleRooms() {
        return visible;
    }

    /** Under the index's lock. */
    void entered(Room room, int slot) {
        visible += room.isHidden() ? 0 : 1;
        Room[] now = few;
        if (many == null && now.length == FEW) {
            keepMany(now);
        }
        Map<Room, Place> all = many;
        if (all != null) {
            all.put(room, new Place(joined++, slot));
            return;
        }
        Room[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = room;
        slots = Arrays.copyOf(slots, now.length + 1);
        slots[now.length] = slot;
        few = more;
    }

    private void keepMany(Room[] now) {
        Map<Room, Place> all = new ConcurrentHashMap<>(2 * now.length);
        for (int i = 0; i < now.length; i++) {
            all.put(now[i], new Place(joined++, slots[i]));
        }
        many = all;
        few = NO_ROOMS;
        slots = NO_SLOTS;
    }

    /** Under the index's lock; returns the slot that the member had. */
    int exited(Room room) {
        visible -= room.isHidden() ? 0 : 1;
        Map<Room, Place> all = many;
        if (all != null) {
            return Objects.requireNonNull(all.remove(room), "in the room").slot;
        }
        Room[] now = few;
        int position = position(now, room);
        int slot = slots[position];
        int last = now.length - 1;
        // The order of joining is kept: a removed member leaves its rooms in that order.
        Room[] fewer = Arrays.copyOf(now, last);
        int[] fewerSlots = Arrays.copyOf(slots, last);
        System.arraycopy(now, position + 1, fewer, position, last - position);
        System.arraycopy(slots, position + 1, fewerSlots, position, last - position);
        slots = fewerSlots;
        few = fewer;
        return slot;
    }

    /** Under the index's lock: the room has put the member into another slot. */
    void moved(Room room, int slot) {
        Map<Room, Place> all = many;
        if (all == null) {
            slots[position(few, room)] = slot;
        } else {
            Objects.requireNonNull(all.get(room), "in the room").slot = slot;
        }
    }

    private int slotIn(Room room) {
        Map<Room, Place> all = many;
        return all == null ? slots[position(few, room)] : Objects.requireNonNull(all.get(room), "in the room").slot;
    }

    /** Under the index's lock. */
    public void gone() {
        present = false;
        if (outlet instanceof StalledQueue stalledQueue) {
            stalledQueue.clear();
        }
    }

    private static int position(Room[] rooms, Room room) {
        for (int i = 0; i < rooms.length; i++) {
            if (rooms[i] == room) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "Member[" + id + (present ? "]" : ", gone]");
    }
}
