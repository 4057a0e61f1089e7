package dev.roomcast.adapter;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The cluster as this node sees it: the adapters with the same prefix and namespace on one broker.
 *
 * <p><b>Threading.</b> May be used from any thread; never blocks.
 */
public interface Cluster {

    /**
     * This node.
     *
     * @return its incarnation, name and status
     */
    NodeInfo self();

    /**
     * The nodes that this node knows of, itself among them (Rule 4.9). A node that closed is gone at once; one that crashed, after
     * {@code roomcast.heartbeat.timeout} (Rule 4.2).
     *
     * @return an immutable snapshot, without nodes that are {@link NodeInfo.Status#GONE}
     */
    Set<NodeInfo> nodes();

    /**
     * The names of the rooms of all nodes, by asking them (Rule 4.3).
     *
     * @return a stage with this node's rooms and those of the nodes that answered within {@code roomcast.request.timeout}. It does
     *     not fail for a node that is silent: that node is {@linkplain Gathered#missing() missing}. It fails only as
     *     {@link AdapterException.Outcome#CLOSED}, if the adapter is closed meanwhile
     * @throws IllegalStateException if the adapter is closed
     */
    CompletionStage<Gathered<Set<String>>> rooms();

    /**
     * Registers a listener for what an operator must learn: nodes, health, refused rooms.
     *
     * @param listener is called on a thread of the adapter, one event after the other
     * @return closes to end it
     */
    Registration onEvent(ClusterListener listener);
}
