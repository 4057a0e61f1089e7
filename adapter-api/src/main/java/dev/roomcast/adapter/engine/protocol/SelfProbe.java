package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;

/**
 * Checks whether a node's own frames come back on a channel. A link can look well and receive nothing, because other
 * parts of a broker answer subscriptions and PINGs than those that forward frames. On the inbox's turn.
 *
 * <p>Only accepted frames must come back, so a broker that does not answer is not mistaken for one that delivers
 * nothing.
 */
final class SelfProbe {

    private final Execution execution;
    private final Duration patience;
    /** Whether the channel is confirmed: before that nothing need come back. */
    private boolean isExpected;

    private boolean waits;
    private long waitsSince;
    private long lastHeard;

    /**
     * Of a channel that is not confirmed yet.
     *
     * @param patience how long a frame that was accepted may take to come back
     */
    SelfProbe(Execution execution, Duration patience) {
        this.execution = execution;
        this.patience = patience;
    }

    /** The channel is confirmed: what is sent from then on must come back. */
    void confirmed(long at) {
        isExpected = true;
        came(at);
    }

    /** The channel is lost. */
    void lost() {
        isExpected = false;
        waits = false;
    }

    /** A frame of the own node came back; so would have all that had been sent before. */
    void came(long at) {
        lastHeard = at;
        waits = false;
    }

    /** The broker accepted a frame that was sent at that moment. */
    void accepted(long sent) {
        // The acceptance comes by another connection than the echo, and may be the later of the two.
        if (isExpected && !waits && sent - lastHeard > 0) {
            waits = true;
            waitsSince = execution.now();
        }
    }

    /** This node itself stood still for so long, or may itself have dropped what came: that is nobody's silence. */
    void forgive(long nanos) {
        long now = execution.now();
        waitsSince = waitsSince + nanos - now > 0 ? now : waitsSince + nanos;
    }

    /** Whether something waits to come back, be it for a moment. */
    boolean isAwaited() {
        return waits;
    }

    boolean isOverdue() {
        return waits && execution.now() - waitsSince > patience.toNanos();
    }

    /** The last proof that the channel was received. */
    long lastHeard() {
        return lastHeard;
    }
}
