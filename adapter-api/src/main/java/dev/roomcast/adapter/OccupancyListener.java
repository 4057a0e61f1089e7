package dev.roomcast.adapter;

/**
 * Receives whether a room has members, on any node; see {@link Cluster#watchOccupancy}.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one event after the other. Exceptions that it throws are
 * counted and logged, and harm nothing.
 */
public interface OccupancyListener {

    /** The room has a member, and had none before, or none was known. */
    void occupied();

    /** The room has no member any more, on any node. Also called at the beginning if the room has none then. */
    void vacated();
}
