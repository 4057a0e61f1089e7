package dev.roomcast.adapter;

import java.util.Optional;
import java.util.Set;

/**
 * The rooms and members of this node. Every set is an immutable snapshot (Rule 1.9).
 *
 * <p><b>Threading.</b> May be used from any thread; never blocks.
 */
public interface Rooms {

    /**
     * The rooms that have a member on this node.
     *
     * @return their names
     */
    Set<String> names();

    /**
     * How many rooms have a member on this node.
     *
     * @return at least 0
     */
    int count();

    /**
     * The rooms that a member is in.
     *
     * @param member a member that this adapter gave out
     * @return their names; none if it was removed
     * @throws IllegalArgumentException if the member is of another adapter
     */
    Set<String> of(Member member);

    /**
     * The members of a room on this node.
     *
     * @param room the room's name
     * @return its members; none if there is no such room
     */
    Set<Member> members(String room);

    /**
     * The member that is present under an id on this node.
     *
     * @param id the connection's id
     * @return the member, if there is one
     */
    Optional<Member> member(String id);
}
