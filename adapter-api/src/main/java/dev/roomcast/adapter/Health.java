package dev.roomcast.adapter;

import java.time.Instant;
import java.util.Map;

/** How a node stands, as a snapshot. */
public interface Health {

    /**
     * The state in one word.
     *
     * @return the status
     */
    Status status();

    /**
     * Which adapter this is.
     *
     * @return the backend's name and "Adapter": {@code RedisAdapter}, {@code MemoryAdapter}
     */
    String adapter();

    /**
     * How many rooms have a member on this node.
     *
     * @return at least 0
     */
    int roomCount();

    /**
     * When the snapshot was made.
     *
     * @return by this machine's clock
     */
    Instant timestamp();

    /**
     * The cause of the status, for people: what is wrong, since when, and what to do; or why this adapter was chosen.
     *
     * @return one line without secrets
     */
    String reason();

    /**
     * What was counted since the node was opened, such as {@code packets.delivered} or {@code frames.malformed}: values that only
     * grow. All of them are there from the start, with 0; the names stand in {@code docs/operations.md}.
     *
     * @return an immutable copy
     */
    Map<String, Long> counters();

    /**
     * What is so at the moment, such as {@code messages.waiting} or {@code link.up}: values that rise and fall. The names stand in
     * {@code docs/operations.md}.
     *
     * @return an immutable copy
     */
    Map<String, Long> gauges();

    /** The states of a node. */
    enum Status {
        /** The node has not met its cluster yet; local work goes on. */
        STARTING(true),
        /** Everything works. */
        UP(true),
        /** Local work goes on, work with other nodes may fail; it mends itself as soon as its cause is gone. */
        DEGRADED(true),
        /**
         * The configured attempts to reach the broker have failed, or this node does not speak the version of the wire that its cluster
         * speaks; attempts and local work go on all the same.
         */
        DOWN(false),
        /** The node takes no more clients, and disconnects those that it has; see {@link Adapter#drain}. Until it is closed. */
        DRAINING(false),
        /** The adapter was closed. */
        CLOSED(false);

        private final boolean serving;

        Status(boolean serving) {
            this.serving = serving;
        }

        /**
         * Whether a load balancer should still send clients here.
         *
         * @return false where other nodes cannot be reached for good, or the node is closed
         */
        public boolean isServing() {
            return serving;
        }
    }
}
