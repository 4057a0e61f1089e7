package dev.roomcast.adapter;

import java.util.Set;

/**
 * Receives the events that an operator must know.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other. Exceptions that it throws are
 * logged, counted, and harm nothing.
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
     * The broker refused the channels of rooms: their members receive no packets of other nodes. The joins that were
     * waiting are undone; members that had joined before stay, and the channel is asked for again at intervals.
     *
     * @param rooms the rooms' names, immutable
     * @param why the broker's answer
     */
    default void refused(Set<String> rooms, AdapterException why) {}

    /**
     * Packets of other nodes were lost, or may have been. Called at the latest two heartbeats after this node can
     * receive again, and never where no loss can have happened.
     *
     * @param loss which packets, and when
     */
    default void lost(Loss loss) {}
}
