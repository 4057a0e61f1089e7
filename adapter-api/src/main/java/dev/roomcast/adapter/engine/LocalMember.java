package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.engine.Finding.Described;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of this node. It remembers its rooms, and its slot in each, in two arrays side by side: leaving needs no search in the
 * room, and a membership costs a few bytes.
 */
final class LocalMember implements Member {

    private static final Room[] NO_ROOMS = {};
    private static final int[] NO_SLOTS = {};

    private final RoomIndex index;
    private final Connection connection;
    private final String id;
    private final @Nullable String user;
    private final Map<String, String> attributes;

    /** Where packets for it go: the connection, or a lane before it. Written under the index's lock; read by walks without it. */
    private volatile Connection outlet;

    private volatile boolean present = true;
    /** Written under the index's lock, always a new array; read by walks without it. */
    private volatile Room[] rooms = NO_ROOMS;
    /** Under the index's lock. */
    private int[] slots = NO_SLOTS;

    LocalMember(
            RoomIndex index, Connection connection, String id, @Nullable String user, Map<String, String> attributes) {
        this.index = index;
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
    public Map<String, String> attributes() {
        return attributes;
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

    Connection outlet() {
        return outlet;
    }

    /** Under the index's lock: walks that begin from now on find this outlet. */
    void outlet(Connection now) {
        outlet = now;
        for (int i = 0; i < rooms.length; i++) {
            rooms[i].members().refresh(slots[i]);
        }
    }

    @Nullable
    String user() {
        return user;
    }

    /** As other nodes are told of it. */
    Described described() {
        Set<String> names = new LinkedHashSet<>();
        for (Room room : rooms) {
            if (!room.isHidden()) {
                names.add(room.name());
            }
        }
        return described(names);
    }

    Described described(Set<String> roomNames) {
        return new Described(id, user, roomNames, attributes);
    }

    boolean isIn(Room room) {
        return position(room) >= 0;
    }

    /** All of them, hidden ones too; nobody may write to it. */
    Room[] rooms() {
        return rooms;
    }

    /** Under the index's lock. */
    void entered(Room room, int slot) {
        Room[] now = rooms;
        Room[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = room;
        slots = Arrays.copyOf(slots, now.length + 1);
        slots[now.length] = slot;
        rooms = more;
    }

    /** Under the index's lock; returns the slot that the member had. */
    int exited(Room room) {
        int position = position(room);
        int slot = slots[position];
        int last = rooms.length - 1;
        // The order of joining is kept: a removed member leaves its rooms in that order.
        Room[] fewer = Arrays.copyOf(rooms, last);
        int[] fewerSlots = Arrays.copyOf(slots, last);
        System.arraycopy(rooms, position + 1, fewer, position, last - position);
        System.arraycopy(slots, position + 1, fewerSlots, position, last - position);
        slots = fewerSlots;
        rooms = fewer;
        return slot;
    }

    /** Under the index's lock: the room has put the member into another slot. */
    void moved(Room room, int slot) {
        slots[position(room)] = slot;
    }

    /** Under the index's lock. */
    void gone() {
        present = false;
        if (outlet instanceof Lane lane) {
            lane.clear();
        }
    }

    private int position(Room room) {
        Room[] now = rooms;
        for (int i = 0; i < now.length; i++) {
            if (now[i] == room) {
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
