package dev.roomcast.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a connection that was {@linkplain Adapter#add(Connection) added}. It stands for that one connection: a
 * member that was removed stays removed, even if another connection comes under its id (Rule 1.7).
 *
 * <p><b>Threading.</b> May be used from any thread. Equal only to itself. Only the adapter makes members: one of any
 * other origin is refused with an {@link IllegalArgumentException}.
 */
public interface Member {

    /**
     * The connection's id.
     *
     * @return the result of {@link Connection#id()} when it was added
     */
    String id();

    /**
     * The person behind the connection.
     *
     * @return the result of {@link Connection#user()} when it was added, or the last user of {@link #user(String)}
     */
    Optional<String> user();

    /**
     * Sets the person behind the connection, for people who log in, or out, after they connect (Rule 1.24). On this
     * node the member has that user before this method returns: {@link Target#user(String)} of the new user selects it,
     * and that of the former user no longer does. {@link RoomListener#changed} and {@link PresenceListener#changed}
     * report it.
     *
     * <p>The stage completes when a packet that <em>any</em> node broadcasts to the user from then on arrives here. It
     * waits, and fails, as that of {@link Adapter#join(Member, String)}. If the broker refuses the user's channel the
     * member has no user then.
     *
     * @param user the user's id; null for nobody
     * @return a stage as above; failed with {@link IllegalStateException} if the member was removed, and nothing is
     *     changed then
     * @throws IllegalArgumentException if the id is empty, malformed or longer than {@code roomcast.limit.name-bytes}
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Void> user(@Nullable String user);

    /**
     * The connection's attributes.
     *
     * @return an immutable copy of those of {@link Connection#attributes()} when it was added, or of the last ones of
     *     {@link #attributes(Map)}
     */
    Map<String, String> attributes();

    /**
     * Replaces all attributes of the connection (Rule 1.25). The listeners report it as for {@link #user(String)}. Does
     * nothing if the member was removed or the adapter closed.
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
