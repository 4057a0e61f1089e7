package dev.roomcast.adapter;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of a broadcast: everyone, or the union of rooms, members and users, minus excepted rooms and members.
 *
 * <p>Immutable; each method returns another target. Exceptions win over inclusions (Rule 2.4), and an empty set of
 * rooms selects no member (Rule 2.5): only {@link #everyone()} selects all. Unknown names select no member (Rule 2.8).
 *
 * <pre>{@code
 * adapter.broadcast(Target.room("news").except(sender), packet);
 * adapter.broadcast(Target.rooms(Set.of("a", "b")).exceptRooms(Set.of("muted")), packet);
 * }</pre>
 */
public final class Target {

    private static final Target EVERYONE = new Target(true, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), false);

    private final boolean everyone;
    private final Set<String> rooms;
    private final Set<String> members;
    private final Set<String> users;
    private final Set<String> exceptedRooms;
    private final Set<String> exceptedMembers;
    private final boolean onThisNode;

    private Target(
            boolean everyone,
            Set<String> rooms,
            Set<String> members,
            Set<String> users,
            Set<String> exceptedRooms,
            Set<String> exceptedMembers,
            boolean onThisNode) {
        this.everyone = everyone;
        this.rooms = rooms;
        this.members = members;
        this.users = users;
        this.exceptedRooms = exceptedRooms;
        this.exceptedMembers = exceptedMembers;
        this.onThisNode = onThisNode;
    }

    /**
     * Every member of every node.
     *
     * @return that target
     */
    public static Target everyone() {
        return EVERYONE;
    }

    /**
     * The members of a room: the cheapest target, since only the nodes that have such members receive the packet.
     *
     * @param room the room's name
     * @return that target
     */
    public static Target room(String room) {
        return of(Set.of(room), Set.of(), Set.of());
    }

    /**
     * The members of any of some rooms.
     *
     * @param rooms the rooms' names; none selects no member
     * @return that target
     */
    public static Target rooms(Collection<String> rooms) {
        return of(copy(rooms), Set.of(), Set.of());
    }

    /**
     * One member, on any node. Costs more than a room: every node receives the packet.
     *
     * @param id the member's id
     * @return that target
     */
    public static Target member(String id) {
        return of(Set.of(), Set.of(id), Set.of());
    }

    /**
     * Some members, on any nodes.
     *
     * @param ids the members' ids; none selects no member
     * @return that target
     */
    public static Target members(Collection<String> ids) {
        return of(Set.of(), copy(ids), Set.of());
    }

    /**
     * All connections of one person, as cheap as a room.
     *
     * @param id the user's id
     * @return that target
     */
    public static Target user(String id) {
        return of(Set.of(), Set.of(), Set.of(id));
    }

    /**
     * All connections of some persons.
     *
     * @param ids the users' ids; none selects no member
     * @return that target
     */
    public static Target users(Collection<String> ids) {
        return of(Set.of(), Set.of(), copy(ids));
    }

    private static Target of(Set<String> rooms, Set<String> members, Set<String> users) {
        return new Target(false, rooms, members, users, Set.of(), Set.of(), false);
    }

    /**
     * This target and another: the members of either, less the exceptions of both.
     *
     * @param other the other target
     * @return their union, on this node if both are
     * @throws IllegalArgumentException if one of them is {@linkplain #onThisNode() on this node} and the other is not:
     *     no target can express that
     */
    public Target and(Target other) {
        if (onThisNode != other.onThisNode) {
            throw new IllegalArgumentException((onThisNode ? this : other) + " is on this node, and "
                    + (onThisNode ? other : this)
                    + " is not: broadcast to each of them, or call onThisNode() on the union of both");
        }
        return new Target(
                everyone || other.everyone,
                union(rooms, other.rooms),
                union(members, other.members),
                union(users, other.users),
                union(exceptedRooms, other.exceptedRooms),
                union(exceptedMembers, other.exceptedMembers),
                onThisNode);
    }

    /**
     * This target without one member, such as the sender.
     *
     * @param member is excepted by its id
     * @return the smaller target
     */
    public Target except(Member member) {
        return exceptMembers(Set.of(member.id()));
    }

    /**
     * This target without some members.
     *
     * @param ids the members' ids
     * @return the smaller target
     */
    public Target exceptMembers(Collection<String> ids) {
        Set<String> excepted = union(exceptedMembers, copy(ids));
        return new Target(everyone, rooms, members, users, exceptedRooms, excepted, onThisNode);
    }

    /**
     * This target without the members of some rooms.
     *
     * @param rooms the rooms' names
     * @return the smaller target
     */
    public Target exceptRooms(Collection<String> rooms) {
        Set<String> excepted = union(exceptedRooms, copy(rooms));
        return new Target(everyone, this.rooms, members, users, excepted, exceptedMembers, onThisNode);
    }

    /**
     * This target's members on the node that broadcasts, and on no other (Rule 2.7).
     *
     * @return the smaller target
     */
    public Target onThisNode() {
        return new Target(everyone, rooms, members, users, exceptedRooms, exceptedMembers, true);
    }

    /**
     * Several names are not copied by {@code Set.copyOf}: names with hashes that collide by intent make it quadratic.
     */
    private static Set<String> copy(Collection<String> names) {
        if (names.size() <= 1) {
            return Set.copyOf(names);
        }
        Set<String> copy = new HashSet<>(2 * names.size());
        for (String name : names) {
            copy.add(Objects.requireNonNull(name, "name"));
        }
        return Collections.unmodifiableSet(copy);
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() ? b : a;
        }
        Set<String> both = new HashSet<>(a);
        both.addAll(b);
        return Collections.unmodifiableSet(both);
    }

    /**
     * Whether everyone is selected, less the exceptions.
     *
     * @return true for {@link #everyone()} and what is made of it
     */
    public boolean isEveryone() {
        return everyone;
    }

    /**
     * The selected rooms.
     *
     * @return their names, immutable
     */
    public Set<String> roomNames() {
        return rooms;
    }

    /**
     * The selected members.
     *
     * @return their ids, immutable
     */
    public Set<String> memberIds() {
        return members;
    }

    /**
     * The selected users.
     *
     * @return their ids, immutable
     */
    public Set<String> userIds() {
        return users;
    }

    /**
     * The excepted rooms.
     *
     * @return their names, immutable
     */
    public Set<String> exceptedRoomNames() {
        return exceptedRooms;
    }

    /**
     * The excepted members.
     *
     * @return their ids, immutable
     */
    public Set<String> exceptedMemberIds() {
        return exceptedMembers;
    }

    /**
     * Whether other nodes are left out.
     *
     * @return true after {@link #onThisNode()}
     */
    public boolean isOnThisNode() {
        return onThisNode;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Target t
                && everyone == t.everyone
                && onThisNode == t.onThisNode
                && rooms.equals(t.rooms)
                && members.equals(t.members)
                && users.equals(t.users)
                && exceptedRooms.equals(t.exceptedRooms)
                && exceptedMembers.equals(t.exceptedMembers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(everyone, rooms, members, users, exceptedRooms, exceptedMembers, onThisNode);
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("Target[").append(everyone ? "everyone" : "");
        append(s, "rooms", rooms);
        append(s, "members", members);
        append(s, "users", users);
        append(s, "except rooms", exceptedRooms);
        append(s, "except members", exceptedMembers);
        return s.append(onThisNode ? " on this node]" : "]").toString();
    }

    private static void append(StringBuilder s, String what, Set<String> names) {
        if (!names.isEmpty()) {
            s.append(' ').append(what).append(' ').append(names);
        }
    }
}
