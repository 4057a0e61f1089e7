package dev.roomcast.adapter;

/**
 * Hears what servers of the cluster, this one among them, say to all servers; see {@link Cluster#emit}.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one call after the other. What it throws is counted and logged, and harms
 * nothing. A listener that blocks holds up what it hears itself, and nothing else.
 */
@FunctionalInterface
public interface EmitListener {

    /**
     * A server has emitted something.
     *
     * @param from the node of that server
     * @param packet what it said
     */
    void emitted(NodeInfo from, Packet packet);
}
