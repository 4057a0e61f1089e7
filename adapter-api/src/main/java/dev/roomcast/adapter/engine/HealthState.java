package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Health.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The state of health of a node: one state at a time; DRAINING lasts until the node is closed, and CLOSED is final.
 * Changes are reported in the order in which they happen.
 */
final class HealthState {

    /** A status, with why and since when. */
    record State(Status status, String reason, Instant since) {}

    private final Clock clock;
    private final Consumer<State> onChange;
    private volatile State now;

    /**
     * A new node is STARTING.
     *
     * @param onChange is told each other status, under a lock: it must be quick
     */
    HealthState(Clock clock, String reason, Consumer<State> onChange) {
        this.clock = clock;
        this.onChange = onChange;
        this.now = new State(Status.STARTING, reason, clock.instant());
    }

    State now() {
        return now;
    }

    synchronized void become(Status status, String reason) {
        State before = now;
        boolean isFinal =
                before.status() == Status.CLOSED || before.status() == Status.DRAINING && status != Status.CLOSED;
        if (isFinal) {
            return;
        }
        boolean same = before.status() == status;
        now = new State(status, reason, same ? before.since() : clock.instant());
        if (!same) {
            onChange.accept(now);
        }
    }
}
