package dev.roomcast.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A member of any node, as its node reported it. Made by the adapter; two are equal if all their values are.
 */
public interface MemberInfo {

    /**
     * The member's id.
     *
     * @return the result of {@link Connection#id()}
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
     * @return the result of {@link Member#user()} then
     */
    Optional<String> user();

    /**
     * The rooms that the member was in; where presence in one room is reported, that room alone.
     *
     * @return their names, immutable
     */
    Set<String> rooms();

    /**
     * The connection's attributes.
     *
     * @return the result of {@link Member#attributes()} then, immutable
     */
    Map<String, String> attributes();
}
