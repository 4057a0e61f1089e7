package dev.roomcast.adapter;

/**
 * The result of {@link Adapter#broadcast} and {@link Cluster#emit} for a packet whose stage has completed (Rule 2.31).
 * It concerns the other nodes: the members of this node have been handed the packet when the call returns.
 *
 * <p>Adapters return constants; no packet costs an object for this. It grows by methods. The factory methods are for
 * servers that replace the adapter in their tests.
 *
 * <p><b>Threading.</b> Immutable; may be used from any thread.
 */
public final class Published {

    private static final Published ON_THIS_NODE = new Published(true, false);
    private static final Published TO_OTHERS = new Published(false, false);
    private static final Published AFTER_OUTAGE = new Published(false, true);

    private final boolean onThisNode;
    private final boolean waited;

    private Published(boolean onThisNode, boolean waited) {
        this.onThisNode = onThisNode;
        this.waited = waited;
    }

    /**
     * The packet concerned this node alone.
     *
     * @return always the same
     */
    public static Published onThisNode() {
        return ON_THIS_NODE;
    }

    /**
     * The broker accepted the packet for the other nodes, without an outage before.
     *
     * @return always the same
     */
    public static Published toOthers() {
        return TO_OTHERS;
    }

    /**
     * The broker accepted the packet for the other nodes, after it had waited for the end of an outage.
     *
     * @return always the same
     */
    public static Published afterOutage() {
        return AFTER_OUTAGE;
    }

    /**
     * Whether the packet concerned this node alone: the target is {@linkplain Target#onThisNode() on this node} or
     * selects no member, or there are no other nodes by configuration.
     *
     * @return false if the broker has accepted the packet for the other nodes, which does not say how many members they
     *     have; {@link Cluster#ask} shows how many clients have got it
     */
    public boolean isOnThisNode() {
        return onThisNode;
    }

    /**
     * Whether the packet waited for the end of an outage before it left, as it does with {@code roomcast.outage=wait}
     * (Rule 10.1): members of other nodes got it later than those of this node, by up to {@code roomcast.outage.age}.
     *
     * @return always false of a packet that concerned this node alone
     */
    public boolean hasWaited() {
        return waited;
    }

    @Override
    public String toString() {
        return "Published[" + (onThisNode ? "on this node" : "to others") + (waited ? ", after an outage]" : "]");
    }
}
