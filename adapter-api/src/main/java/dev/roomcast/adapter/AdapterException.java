package dev.roomcast.adapter;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failure that is not a misuse: something outside of this process failed, a client has connected twice, or the node
 * is full. The message says what happened, where and what to do, and holds no secrets.
 */
public class AdapterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What it means for the caller. */
    private final Outcome outcome;

    private final transient Set<NodeInfo> missing;

    /**
     * A failure without missing nodes.
     *
     * @param outcome what it means for the caller
     * @param message what happened, where and what to do
     * @param cause the cause, or null
     */
    public AdapterException(Outcome outcome, String message, @Nullable Throwable cause) {
        this(outcome, message, cause, Set.of());
    }

    /**
     * A failure that concerns certain nodes.
     *
     * @param outcome what it means for the caller
     * @param message what happened, where and what to do
     * @param cause the cause, or null
     * @param missing the nodes that did not do their part
     */
    public AdapterException(Outcome outcome, String message, @Nullable Throwable cause, Set<NodeInfo> missing) {
        super(message, cause);
        this.outcome = Objects.requireNonNull(outcome, "outcome");
        this.missing = Set.copyOf(missing);
    }

    /**
     * What the failure means for the caller.
     *
     * @return never null
     */
    public final Outcome outcome() {
        return outcome;
    }

    /**
     * The nodes that did not do their part.
     *
     * @return immutable, empty where the failure does not concern certain nodes
     */
    public final Set<NodeInfo> missing() {
        // Null after Java serialization, which drops it: nodes are not serializable.
        return missing == null ? Set.of() : missing;
    }

    /** What a failure means for the caller. */
    public enum Outcome {
        /** No other node got the packet. It may be sent again. */
        NOT_SENT,
        /** The broker was asked and has not answered: the other nodes may have got the packet. */
        UNKNOWN,
        /** The broker has not confirmed in time. The request stays, and takes effect as soon as the broker is there. */
        NOT_CONFIRMED,
        /** The broker refused, and will again until its configuration is changed. */
        REFUSED,
        /**
         * A member of this id is present, and nothing was changed: use {@link Adapter#replace} for a client that has
         * connected again.
         */
        DUPLICATE_ID,
        /**
         * The node holds as many members as it may, and nothing was changed: the client should use another node, or
         * connect later.
         */
        CAPACITY,
        /** Not every node answered in time. */
        INCOMPLETE,
        /** The adapter was closed meanwhile. */
        CLOSED
    }
}
