package dev.roomcast.adapter;

import java.util.List;

/**
 * Hears who is in a room, on all nodes; see {@link Cluster#watch}.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other. What it throws is counted and logged, and harms
 * nothing. It grows by default methods only.
 */
public interface PresenceListener {

    /**
     * Who is there at the beginning: told once, before anything else, when all nodes have told their members, or after
     * {@code roomcast.request.timeout} with those of the nodes that have.
     *
     * @param members all members in the room, immutable
     */
    default void began(List<MemberInfo> members) {}

    /**
     * A member has joined, or was found to be there after something had been lost.
     *
     * @param member who it is
     */
    default void joined(MemberInfo member) {}

    /**
     * A member has another user, or other attributes (Rule 9.9). By default as one that has left, and another that has joined. Members of
     * nodes of a release without this are told so when they leave, or when something was lost.
     *
     * @param before as it was told last
     * @param now as it is now
     */
    default void changed(MemberInfo before, MemberInfo now) {
        left(before);
        joined(now);
    }

    /**
     * A member has left, or is gone with its node.
     *
     * @param member as it was told last
     */
    default void left(MemberInfo member) {}

    /**
     * A person's first connection, of all nodes, has joined. Comes after that connection's {@link #joined}, or {@link #changed}.
     *
     * @param user the user's id
     */
    default void arrived(String user) {}

    /**
     * A person's last connection, of all nodes, has left. Comes after that connection's {@link #left}, or {@link #changed}.
     *
     * @param user the user's id
     */
    default void departed(String user) {}
}
