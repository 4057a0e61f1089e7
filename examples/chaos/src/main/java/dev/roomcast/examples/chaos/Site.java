package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * A Redis of some topology and the way to it, with all that can be done to them. Faults of nodes are none of its business.
 *
 * <p><i>Threading:</i> used by one thread.
 */
interface Site extends AutoCloseable {

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /** By which settings of the adapter the nodes on a seat reach Redis. */
    Map<String, String> settings(String seat);

    /**
     * Waits until servers that a fault before has put out of order are able to bear the next one. What happens meanwhile is not excused by that.
     */
    default void settle() {}

    /** Does what is planned, and returns when it is over; the nodes need not have noticed. */
    void happen(Plan.Planned fault) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
