package dev.roomcast.adapter;

import java.util.List;

/**
 * Receives the members of a room, on all nodes, and their changes; see {@link Cluster#watch}.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other. Exceptions that it throws are
 * counted and logged, and harm nothing. It grows by default methods only.
 */
public interface PresenceListener {

    /**
     * The members at the beginning. Called once, before any other method, when all nodes have reported their members,
     * or after {@code roomcast.request.timeout} with those of the nodes that have.
     *
     * @param members all members in the room, immutable
     */
    default void began(List<MemberInfo> members) {}

    /**
     * A member has joined, or was found to be there after a loss.
     *
     * @param member the member
     */
    default void joined(MemberInfo member) {}

    /**
     * A member has another user, or other attributes (Rule 9.9). By default the change is reported as a member that has
     * left, and another that has joined. A node of a release without this event reports a change when the member
     * leaves, or after a loss.
     *
     * @param before as it was reported last
     * @param now as it is now
     */
    default void changed(MemberInfo before, MemberInfo now) {
        left(before);
        joined(now);
    }

    /**
     * A member has left, or is gone with its node.
     *
     * @param member as it was reported last
     */
    default void left(MemberInfo member) {}

    /**
     * A person's first connection, of all nodes, has joined. Called after that connection's {@link #joined}, or
     * {@link #changed}.
     *
     * @param user the user's id
     */
    default void arrived(String user) {}

    /**
     * A person's last connection, of all nodes, has left. Called after that connection's {@link #left}, or
     * {@link #changed}.
     *
     * @param user the user's id
     */
    default void departed(String user) {}
}
