package dev.roomcast.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
     * The person behind the connection.
     *
     * @return as {@link Connection#user()} said when it was added, or as {@link #user(String)} said last
     */
    Optional<String> user();

    /**
     * Says who the person behind the connection is, for connections of people who log in, or out, later (Rule 1.24). On this node the
     * member is that user's before this method returns: it is told as {@link RoomListener#changed} and {@link PresenceListener#changed}, and
     * found by {@link Target#user(String)}, and no more by the user that it had.
     *
     * <p>The stage completes when a packet that <em>any</em> node broadcasts to the user from then on arrives here. It waits, and fails, as
     * that of {@link Adapter#join(Member, String)}. If the broker refuses the user's channel the member has no user then.
     *
     * @param user the user's id; null for nobody
     * @return a stage as above; failed with {@link IllegalStateException} if the member was removed, and nothing is changed then
     * @throws IllegalArgumentException if the id is empty, malformed or longer than {@code roomcast.limit.name-bytes}
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Void> user(@Nullable String user);

    /**
     * The connection's attributes.
     *
     * @return an immutable copy of what {@link Connection#attributes()} said when it was added, or of what {@link #attributes(Map)} said
     *     last
     */
    Map<String, String> attributes();

    /**
     * Puts other attributes in the place of all of those that the connection has (Rule 1.25); told as {@link #user(String)} tells another
     * user. Does nothing if the member was removed or the adapter closed.
     *
     * @param attributes names and values; they are copied
     * @throws IllegalArgumentException if they have more than {@code roomcast.limit.attribute-bytes}
     */
    void attributes(Map<String, String> attributes);

    /**
     * Whether the member can still join rooms and receive packets.
     *
     * @return false once it was removed, or its adapter closed
     */
    boolean isPresent();
}
