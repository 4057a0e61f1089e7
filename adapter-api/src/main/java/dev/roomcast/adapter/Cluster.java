package dev.roomcast.adapter;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The cluster as this node sees it: the adapters with the same prefix and namespace on one broker.
 *
 * <p><b>Queries.</b> An answer of all nodes is complete when each node that was alive has answered: this one, and those
 * that it knew. A node that closes or dies meanwhile ends the wait for it at once (Rule 4.6). Where a node is silent
 * the timeout, which counts from the call, ends the query: with the answers that have come, and the names of the nodes
 * that are missing (Rule 7.6). A target {@linkplain Target#onThisNode() on this node} asks no other node. Before the
 * first hello round is complete this node does not know which nodes to ask, and waits for that.
 *
 * <p><b>Commands.</b> {@code join}, {@code leave} and {@code disconnect} reach the members of their target after the
 * packets that this node has broadcast before, and before those that it broadcasts later (Rule 7.4), where the
 * transport keeps order across channels. Their stage completes when all nodes have done it (Rule 7.3), and fails as
 * {@link AdapterException.Outcome#INCOMPLETE}, with the {@linkplain AdapterException#missing() missing} nodes, where
 * one has not done it, or not in time; the work of the others stays done.
 *
 * <p><b>Threading.</b> May be used from any thread; never blocks. All methods but {@code self}, {@code nodes} and those
 * that register something throw {@link IllegalStateException} if the adapter is closed, and
 * {@link IllegalArgumentException} for names, targets and packets over their limits.
 */
public interface Cluster {

    /**
     * This node.
     *
     * @return its incarnation, name and status
     */
    NodeInfo self();

    /**
     * The nodes that this node knows of, itself among them (Rule 4.9). A node that closed is gone at once; one that
     * crashed, after {@code roomcast.heartbeat.timeout} (Rule 4.2).
     *
     * @return an immutable snapshot, without nodes that are {@link NodeInfo.Status#GONE}
     */
    Set<NodeInfo> nodes();

    /**
     * The names of the rooms of all nodes, by a query to them (Rule 4.3).
     *
     * @return a stage with this node's rooms and those of the nodes that answered within
     *     {@code roomcast.request.timeout}. It does not fail for a node that is silent: that node is
     *     {@linkplain Gathered#missing() missing}. It fails only as {@link AdapterException.Outcome#CLOSED}, if the
     *     adapter is closed meanwhile
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Gathered<Set<String>>> roomNames();

    /**
     * The members that a target selects, on all nodes (Rule 7.1).
     *
     * @param target the members to look for; {@link Target#everyone()} for all
     * @return a stage with the members of the nodes that answered within {@code roomcast.request.timeout}; as for
     *     {@link #roomNames()}
     */
    CompletionStage<Gathered<List<MemberInfo>>> members(Target target);

    /**
     * How many members a target selects, on all nodes (Rule 7.2). Members are counted where they are, and not fetched.
     *
     * @param target the members to count
     * @return a stage with the sum, as for {@link #roomNames()}
     */
    CompletionStage<Gathered<Long>> count(Target target);

    /**
     * The distinct users of the members that a target selects, on all nodes (Rule 7.2): a person with several
     * connections, on any nodes, is one user.
     *
     * @param target the members whose users are returned
     * @return a stage with the users' ids, as for {@link #roomNames()}
     */
    CompletionStage<Gathered<Set<String>>> users(Target target);

    /**
     * Lets members join rooms, on all nodes (Rule 7.3).
     *
     * @param target the members that are to join
     * @param rooms the rooms' names; none does nothing
     * @return a stage that completes when each node has joined its members, and the broker has confirmed the rooms
     *     there
     */
    CompletionStage<Void> join(Target target, Collection<String> rooms);

    /**
     * Lets members leave rooms, on all nodes (Rule 7.3).
     *
     * @param target the members that are to leave
     * @param rooms the rooms' names; rooms that a member is not in are skipped
     * @return a stage that completes when it is done everywhere
     */
    CompletionStage<Void> leave(Target target, Collection<String> rooms);

    /**
     * Closes connections, on all nodes (Rule 7.5): {@link Connection#disconnect(DisconnectReason)} is called, and the
     * member removed.
     *
     * @param target the members whose connections are closed
     * @param reason why; its kind says how the clients should react
     * @return a stage that completes when it is done everywhere
     */
    CompletionStage<Void> disconnect(Target target, DisconnectReason reason);

    /**
     * Asks members, on all nodes, and gathers their answers: a broadcast with acknowledgement (Rules 8.1 to 8.5).
     *
     * @param target the members to ask
     * @param question is handed to {@link Connection#ask(Packet)}, in order with packets that are broadcast
     * @param timeout for the whole call, positive; afterwards nothing of it is kept on any node
     * @return a stage with the number of members asked, the answers, and the silent members. It is incomplete if a node
     *     is missing or a member silent
     */
    default CompletionStage<Gathered<Answers>> ask(Target target, Packet question, Duration timeout) {
        return ask(target, question, timeout, reply -> {});
    }

    /**
     * Asks members, and hands on each answer when it arrives; otherwise like {@link #ask(Target, Packet, Duration)}.
     *
     * @param target the members to ask
     * @param question is handed to {@link Connection#ask(Packet)}
     * @param timeout for the whole call, positive
     * @param each is called on a thread of the adapter, one answer after the other, all of them before the stage
     *     completes
     * @return as for {@link #ask(Target, Packet, Duration)}
     */
    CompletionStage<Gathered<Answers>> ask(
            Target target, Packet question, Duration timeout, Consumer<? super Answers.Reply> each);

    /**
     * Asks the servers of all nodes, this one among them, by their {@linkplain #onRequest handlers} (Rule 7.7).
     *
     * @param request the request
     * @param timeout for the whole call, positive
     * @return a stage with one answer per node, as for {@link #roomNames()}. A node without handler, and one whose
     *     handler failed, is missing
     */
    CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(Packet request, Duration timeout);

    /**
     * Asks the servers of some nodes; otherwise like {@link #request(Packet, Duration)}.
     *
     * @param nodes the nodes to ask, as {@link #nodes()} returns them; one that is gone is missing at once
     * @param request the request
     * @param timeout for the whole call, positive
     * @return a stage with one answer per node
     */
    CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(Set<NodeInfo> nodes, Packet request, Duration timeout);

    /**
     * Sends a packet to the servers of all nodes, this one among them. They {@linkplain #onEmit receive it} in the
     * order of the calls, and do not answer (Rule 7.16).
     *
     * @param packet the packet that the servers receive
     * @return a stage that completes, with the result, and fails, as that of {@link Adapter#broadcast}
     */
    CompletionStage<Published> emit(Packet packet);

    /**
     * Registers a listener for the packets that servers {@linkplain #emit emit} (Rule 7.16). It needs no request
     * handler.
     *
     * @param listener is called on a thread of the adapter, one call after the other; there can be several
     * @return closes to end it
     */
    Registration onEmit(EmitListener listener);

    /**
     * Registers the handler with which this server answers requests (Rule 7.9).
     *
     * @param handler answers; there can be one at a time
     * @return closes to end it
     * @throws IllegalStateException if there is one already
     */
    Registration onRequest(NodeHandler handler);

    /**
     * Watches the members of a room, on all nodes: first all that are in it, then each change, without polling
     * (Rules 9.1 to 9.5). The adapter notices lost messages and nodes that die, and corrects the picture by events.
     *
     * <p>The watch begins when all nodes have answered. Members of a node that has not answered within
     * {@code roomcast.request.timeout} follow as events.
     *
     * @param room the room's name, which need not exist
     * @param listener is called on a thread of the adapter, one event after the other
     * @return closes to end it
     */
    Registration watch(String room, PresenceListener listener);

    /**
     * Watches whether a room has members, on any node, at a lower cost than {@link #watch} (Rule 9.6): so that a
     * producer can stop when nobody listens.
     *
     * @param room the room's name, which need not exist
     * @param listener receives the state once at the beginning, and then each change
     * @return closes to end it
     */
    Registration watchOccupancy(String room, OccupancyListener listener);

    /**
     * Registers a listener for events that an operator must know: nodes, health, refused rooms, losses.
     *
     * @param listener is called on a thread of the adapter, one event after the other
     * @return closes to end it
     */
    Registration onEvent(ClusterListener listener);
}
