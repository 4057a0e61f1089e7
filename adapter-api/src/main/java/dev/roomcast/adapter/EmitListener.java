package dev.roomcast.adapter;

/**
 * Receives the packets that servers of the cluster, this one among them, emit to all servers; see {@link Cluster#emit}.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one call after the other. Exceptions that it throws are
 * counted and logged, and harm nothing. A listener that blocks delays its own later packets, and nothing else.
 */
@FunctionalInterface
public interface EmitListener {

    /**
     * A server has emitted a packet.
     *
     * @param from the node of that server
     * @param packet the packet
     */
    void emitted(NodeInfo from, Packet packet);
}
