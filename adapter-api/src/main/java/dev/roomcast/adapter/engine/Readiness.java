package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage of {@code ready()}. It completes when the node has met its cluster. The current stage fails when the node
 * is excluded from the cluster, and after each series of {@code TransportCapabilities.attempts()} failed attempts.
 */
final class Readiness {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final BackendSelection backendSelection;
    private final int attempts;
    private final Stages stages;
    private CompletableFuture<Void> stage = new GuardedStage<>();
    /** The failed attempts in a row of which those who wait now need not know. */
    private long failedBefore;

    private boolean reached;
    private boolean closed;

    Readiness(BackendSelection backendSelection, int attempts, long failedBefore, Stages stages) {
        this.backendSelection = backendSelection;
        this.attempts = attempts;
        this.failedBefore = failedBefore;
        this.stages = stages;
    }

    synchronized CompletionStage<Void> stage() {
        return stage;
    }

    /** The node has met its cluster; returns whether that is news. */
    synchronized boolean reached() {
        if (reached || closed) {
            return false;
        }
        reached = true;
        stages.complete(List.of(stage));
        return true;
    }

    synchronized boolean wasReached() {
        return reached;
    }

    /** So many attempts in a row have failed, the last one for this reason. */
    synchronized void failed(long inARow, Throwable why) {
        failedBefore = Math.min(failedBefore, inARow);
        if (inARow - failedBefore >= attempts) {
            failedBefore = inARow;
            fail(Outcome.NOT_CONFIRMED, setupFailed(inARow + " attempts in a row", why), why);
        }
    }

    /** The broker refuses what the node cannot do without. */
    synchronized void shutOut(String channel, Throwable why) {
        fail(
                Outcome.REFUSED,
                setupFailed("channel " + channel + " is refused; allow this user to subscribe to it", why),
                why);
    }

    /** The other nodes speak another version of the wire. */
    synchronized void leftOut(Throwable why) {
        if (reached) {
            log.error("Roomcast takes no part in its cluster any more: {}", Failures.text(why));
        }
        fail(Outcome.NOT_CONFIRMED, setupFailed("no version in common", why), why);
    }

    private void fail(Outcome outcome, String message, Throwable why) {
        if (reached || closed) {
            return;
        }
        log.error(message);
        stages.failQuietly(stage, new AdapterException(outcome, message, why));
        stage = new GuardedStage<>();
    }

    String setupFailed(String what, Throwable why) {
        return backendSelection.displayName() + " adapter setup failed: " + Failures.text(why) + " (" + what
                + "; attempts and local work go on)";
    }

    synchronized void closed() {
        closed = true;
        stages.fail(stage, Failures.closed());
    }
}
