package dev.roomcast.adapter;

/**
 * Receives the room events of this node's members: created before the first joined, left before deleted, exactly one
 * per change, ordered per room (Rules 3.1 to 3.6 and 3.9).
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other, shortly after the change.
 * Exceptions that it throws are logged, counted, and harm nothing. A listener that blocks delays later events, and
 * nothing else.
 */
public interface RoomListener {

    /**
     * A room was created on this node: its first member here is joining.
     *
     * @param room the room's name
     */
    default void created(String room) {}

    /**
     * A member has joined.
     *
     * @param room the room's name
     * @param member the member that joined
     */
    default void joined(String room, Member member) {}

    /**
     * A member that is in the room has another user, or other attributes. Called for each of its rooms.
     *
     * @param room the room's name
     * @param member the member that has changed, as it is now
     */
    default void changed(String room, Member member) {}

    /**
     * A member has left, or was removed.
     *
     * @param room the room's name
     * @param member the member that left
     */
    default void left(String room, Member member) {}

    /**
     * A room was deleted on this node: its last member here has left.
     *
     * @param room the room's name
     */
    default void deleted(String room) {}
}
