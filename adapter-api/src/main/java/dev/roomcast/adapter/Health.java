package dev.roomcast.adapter;

import java.time.Instant;
import java.util.Map;

/** The health of a node, as a snapshot. */
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
     * The cause of the status, for people: what is wrong, since when, and what to do; or why this backend was chosen.
     *
     * @return one line without secrets
     */
    String reason();

    /**
     * The counts since the node was opened, such as {@code packets.delivered} or {@code frames.malformed}: values that
     * only grow. All of them are there from the start, with 0; {@code docs/operations.md} lists the names.
     *
     * @return an immutable copy
     */
    Map<String, Long> counters();

    /**
     * The values of the moment, such as {@code messages.waiting} or {@code link.up}, which rise and fall.
     * {@code docs/operations.md} lists the names.
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
        /**
         * Local work goes on, work with other nodes may fail. The node recovers automatically as soon as the cause is
         * gone.
         */
        DEGRADED(true),
        /**
         * The configured attempts to reach the broker have failed, or this node does not support the version of the
         * wire that its cluster uses. Attempts and local work go on all the same.
         */
        DOWN(false),
        /**
         * The node takes no more clients, and disconnects those that it has, until it is closed; see
         * {@link Adapter#drain}.
         */
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
