package dev.roomcast.adapter;

import java.util.Map;

/**
 * The handle of a connection that was {@linkplain Adapter#add(Connection) added}. It stands for that one connection: a member
 * that was removed stays removed, whatever connection comes next under its id (Rule 1.7).
 *
 * <p><b>Threading.</b> May be used from any thread. Equal only to itself. Made by the adapter alone: a member of any other origin
 * is refused with an {@link IllegalArgumentException}.
 */
public interface Member {

    /**
     * The connection's id.
     *
     * @return as {@link Connection#id()} said when it was added
     */
    String id();

    /**
     * The connection's attributes.
     *
     * @return an immutable copy of what {@link Connection#attributes()} said when it was added
     */
    Map<String, String> attributes();

    /**
     * Whether the member can still join rooms and receive packets.
     *
     * @return false once it was removed, or its adapter closed
     */
    boolean isPresent();
}
