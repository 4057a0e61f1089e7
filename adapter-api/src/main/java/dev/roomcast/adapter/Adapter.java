package dev.roomcast.adapter;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One node of the cluster: keeps the rooms of its members, and delivers packets to the members of all nodes.
 *
 * <p>A node is one running adapter of one namespace in one server process. It is opened by {@link Adapters}, and works
 * at once: opening never waits for the network. Until the other nodes can be reached, everything local works, and
 * remote work waits or fails as its method says. The stage of {@link #ready()} completes when the node has met its
 * cluster.
 *
 * <p><b>Threading.</b> All methods may be called from any thread. None blocks, but for {@link #close()}.
 *
 * <p><b>Stages.</b> A thread of the adapter may complete a stage: its callbacks must not block (use the
 * {@code ...Async} forms for work that does). A failed stage without callbacks is still counted in
 * {@link Health#counters()} and logged at intervals. Only the adapter completes a stage: {@code toCompletableFuture()}
 * returns a copy. If a caller completes, cancels or times out that copy, nothing changes for others (Rule 5.13).
 *
 * <p>Servers wrap or replace this interface in their tests as they like, but implement it only for that: it grows.
 */
public interface Adapter extends AutoCloseable {

    /**
     * Adds a client that has connected. It is a member from now on, and in no room (Rule 1.1).
     *
     * <p>If the connection has a {@linkplain Connection#user() user}, {@link Target#user(String)} finds it from now on.
     *
     * @param connection the client; its id must not be that of a present member of this node
     * @return the handle of the member, which is gone for good once it is {@linkplain #remove(Member) removed}
     * @throws AdapterException with {@link AdapterException.Outcome#DUPLICATE_ID} if a member with this id is present
     *     (Rule 1.20; {@link #replace} takes its place), with {@link AdapterException.Outcome#CAPACITY} if this node
     *     has as many members as {@code roomcast.limit.members} allows (Rule 1.21)
     * @throws IllegalArgumentException if the id or the user is empty, malformed or longer than
     *     {@code roomcast.limit.name-bytes}, or the attributes are larger than {@code roomcast.limit.attribute-bytes}
     * @throws IllegalStateException if the adapter is closed, or {@linkplain #drain draining}
     */
    Member add(Connection connection);

    /**
     * Adds a client in the place of the member that is present under its id. That member is removed, with its events,
     * and disconnected as {@link DisconnectReason.Kind#REPLACED}. Use it for a client that has connected again before
     * its old connection was found to be closed (Rule 1.22). Where no member is present under the id, the method does
     * the same as {@link #add}.
     *
     * <p>The new member is in no room. Other threads find one of the two under the id, and never none. A packet for
     * everyone, or for the user, that is broadcast meanwhile reaches one of them or both. The old connection is
     * disconnected on another thread; when its socket closes, removing the old handle takes nothing from the new one
     * (Rule 1.7).
     *
     * <p><b>Threading.</b> Any thread. Where several threads replace the same id at once, each connection but the last
     * is disconnected.
     *
     * @param connection the client; another one than that of the present member
     * @return the handle of the new member
     * @throws AdapterException with {@link AdapterException.Outcome#CAPACITY} if no member of this id is present, and
     *     this node has as many members as {@code roomcast.limit.members} allows
     * @throws IllegalArgumentException as for {@link #add}, and if this very connection is present
     * @throws IllegalStateException if the adapter is closed, or {@linkplain #drain draining}
     */
    Member replace(Connection connection);

    /**
     * Joins a room. The member is in the room, on this node, before this method returns (Rule 1.2).
     *
     * <p>The stage completes when a packet that <em>any</em> node broadcasts to the room from then on arrives here
     * (Rule 1.14). Until then the member may miss packets of other nodes. While the broker is away the membership stays
     * and the stage waits, for the command timeout, then fails as {@link AdapterException.Outcome#NOT_CONFIRMED}: the
     * member is still in the room, and receives its packets as soon as the broker is back. If the broker refuses the
     * room's channel the join is undone, with a left event, and the stage fails as
     * {@link AdapterException.Outcome#REFUSED}.
     *
     * <p>Joining a room twice does nothing more than joining it once (Rule 1.3).
     *
     * @param member a member that this adapter gave out
     * @param room the room's name: any text of at least one character and at most {@code roomcast.limit.name-bytes}
     *     bytes
     * @return a stage as above; failed with {@link IllegalStateException} if the member was removed, and nothing is
     *     changed then (Rule 1.5)
     * @throws IllegalArgumentException if the name is unfit, the member would be in more rooms than
     *     {@code roomcast.limit.rooms-per-member}, or the member is of another adapter
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Void> join(Member member, String room);

    /**
     * Joins several rooms, as {@link #join(Member, String)} does for each; nothing is joined if one of the names is
     * unfit.
     *
     * @param member a member that this adapter gave out
     * @param rooms the rooms' names; none means that nothing is joined
     * @return a stage that completes when all are joined, and fails with the first failure
     * @throws IllegalArgumentException as for one room
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Void> join(Member member, Collection<String> rooms);

    /**
     * Leaves a room. A packet for the room whose delivery here begins later is not handed to the member (Rule 2.19).
     * Leaving a room that the member is not in, or after the adapter was closed, does nothing (Rule 1.4).
     *
     * @param member a member that this adapter gave out
     * @param room the room's name
     * @throws IllegalArgumentException if the member is of another adapter
     */
    void leave(Member member, String room);

    /**
     * Leaves several rooms, as {@link #leave(Member, String)} does for each.
     *
     * @param member a member that this adapter gave out
     * @param rooms the rooms' names
     * @throws IllegalArgumentException if the member is of another adapter
     */
    void leave(Member member, Collection<String> rooms);

    /**
     * Removes a member, because its client is gone: it leaves every room, and nothing revives it (Rules 1.5, 1.6). Only
     * this handle is removed: a client that has come back under the same id is another member, and loses nothing
     * (Rule 1.7). Never fails for a member of this adapter: removing it twice, or after the adapter was closed, does
     * nothing.
     *
     * @param member a member that this adapter gave out
     * @throws IllegalArgumentException if the member is of another adapter
     */
    void remove(Member member);

    /**
     * Sends a packet to the members of a target on all nodes: the union of its rooms, members and users, each member
     * once, minus its exceptions (Rules 2.1 to 2.5).
     *
     * <p>The members of this node have been handed the packet, on the calling thread, when this method returns
     * (Rule 2.18), whatever the broker does. The stage is about the other nodes: it completes when the broker has
     * accepted the packet. It fails with an {@link AdapterException}: {@link AdapterException.Outcome#NOT_SENT} means
     * that no other node got the packet, so that it may be sent again with {@code target} less this node's members;
     * {@link AdapterException.Outcome#UNKNOWN} means that they may have got it.
     *
     * <p>Packets of one node whose calls happen one before the other arrive in that order (Rules 2.6, 2.17).
     *
     * @param target the members that get the packet
     * @param packet the packet that they get
     * @return a stage as above with {@linkplain Published what became of it}, already complete if the target is
     *     {@linkplain Target#onThisNode() on this node} or there are no other nodes to reach
     * @throws IllegalArgumentException if the packet is larger than {@code roomcast.limit.packet-bytes}, or the target
     *     names more rooms than {@code roomcast.limit.rooms-per-target}, or an unfit name
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Published> broadcast(Target target, Packet packet);

    /**
     * The rooms and members of this node, at once.
     *
     * @return a view that always shows the present state; each set that it returns is a snapshot
     */
    Rooms rooms();

    /**
     * The names of the rooms of all nodes. Short for {@link Cluster#roomNames()} where an incomplete answer is of no
     * use.
     *
     * @return a stage with the names; fails as {@link AdapterException.Outcome#INCOMPLETE}, naming the
     *     {@linkplain AdapterException#missing() missing}, if a node did not answer within
     *     {@code roomcast.request.timeout}
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Set<String>> allRooms();

    /**
     * Registers a listener for the room events of this node's members (Rules 3.1 to 3.7).
     *
     * @param listener is called on a thread of the adapter, one event after the other
     * @return closes to end it
     */
    Registration onRoomEvent(RoomListener listener);

    /**
     * Everything that concerns the other nodes.
     *
     * @return the cluster as this node sees it
     */
    Cluster cluster();

    /**
     * The health of this node, at once (Rule 5.4).
     *
     * @return a snapshot; never blocks and never throws, also after {@link #close()}
     */
    Health health();

    /**
     * Lets boot code wait until the node has met its cluster, or fail if it cannot (Rule 5.5).
     *
     * @return a stage that completes when the node's first hello round is complete: the node receives on all channels
     *     that it wants, and has met every node. Fails with an {@link AdapterException} that says where, why and what
     *     to do after the configured number of attempts ({@code REDIS_MAX_RETRIES} for Redis), while attempts and local
     *     work go on; a later call then returns a new stage for the attempts since
     */
    CompletionStage<Void> ready();

    /**
     * Takes this node out of service before it is closed, so that its clients reach other nodes a few at a time
     * (Rule 5.12). Health is {@link Health.Status#DRAINING}, which is not
     * {@linkplain Health.Status#isServing() serving}, before the first connection is closed, and {@link #add} is
     * refused. Then the members of this node are removed and disconnected, at most so many in a second; all else goes
     * on. For a server that is stopped:
     *
     * <pre>{@code
     * adapter.drain(500, new DisconnectReason(Kind.GOING_AWAY, "the server restarts"))
     *         .toCompletableFuture()
     *         .completeOnTimeout(null, 25, TimeUnit.SECONDS)
     *         .join();
     * adapter.close();
     * }</pre>
     *
     * <p><b>Threading.</b> Any thread; returns at once. A further call changes nothing, and returns a stage for the
     * same end.
     *
     * @param perSecond how many connections are closed in a second, 1 or more
     * @param reason the reason that the clients receive, usually of the kind {@link DisconnectReason.Kind#GOING_AWAY}
     * @return a stage that completes when no member is left and each connection was closed, or 10 s after the last was
     *     to be closed. It never fails
     * @throws IllegalArgumentException if {@code perSecond} is less than 1
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Void> drain(int perSecond, DisconnectReason reason);

    /**
     * Says goodbye and ends everything that the adapter began: queued packets leave within a bounded time, stages that
     * are still pending fail as {@link AdapterException.Outcome#CLOSED}, and no thread, timer or subscription remains.
     * The server's connections are left alone. Idempotent (Rule 5.2). Waits for the end, at most a few seconds, unless
     * it is called on a thread of the adapter.
     */
    @Override
    void close();
}
