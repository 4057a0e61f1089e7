package dev.roomcast.adapter;

/**
 * Hears whether anybody is in a room, on any node; see {@link Cluster#watchOccupancy}.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other. What it throws is counted and logged, and harms
 * nothing.
 */
public interface OccupancyListener {

    /** Somebody is in the room, where nobody was or was known to be. */
    void occupied();

    /** Nobody is in the room any more, on any node; also told at the beginning if it is so then. */
    void vacated();
}
