package dev.roomcast.adapter;

import java.util.Set;

/**
 * Hears what an operator must learn.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other. What it throws is logged, counted, and harms
 * nothing.
 */
public interface ClusterListener {

    /**
     * Another node came, went, or fell silent.
     *
     * @param node with its new status
     */
    default void nodeChanged(NodeInfo node) {}

    /**
     * This node's health has another {@linkplain Health#status() status}.
     *
     * @param health the new state
     */
    default void healthChanged(Health health) {}

    /**
     * The broker refused the channels of rooms: their members do not hear other nodes. The joins that were waiting are undone;
     * members that had joined before stay, and the channel is asked for again at intervals.
     *
     * @param rooms the rooms' names, immutable
     * @param why what the broker said
     */
    default void refused(Set<String> rooms, AdapterException why) {}

    /**
     * Packets of other nodes were lost, or may have been. Told at the latest two heartbeats after this node can hear again, and
     * never where nothing can have happened.
     *
     * @param loss what, and when
     */
    default void lost(Loss loss) {}
}
