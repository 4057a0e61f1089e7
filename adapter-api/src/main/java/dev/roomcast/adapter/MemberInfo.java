package dev.roomcast.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one node told of one of its members, as it was then. Made by the adapter; equal to another if all of it is.
 */
public interface MemberInfo {

    /**
     * The member's id.
     *
     * @return as {@link Connection#id()} said
     */
    String id();

    /**
     * The node that the member is connected to.
     *
     * @return that node
     */
    NodeInfo node();

    /**
     * The person behind the connection.
     *
     * @return as {@link Member#user()} said then
     */
    Optional<String> user();

    /**
     * The rooms that the member was in; where presence in one room is told, that room alone.
     *
     * @return their names, immutable
     */
    Set<String> rooms();

    /**
     * The connection's attributes.
     *
     * @return as {@link Member#attributes()} said then, immutable
     */
    Map<String, String> attributes();
}
