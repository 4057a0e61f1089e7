package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Health.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** How a node stands: one state at a time, and CLOSED for good. Changes are told in the order in which they happen. */
final class Standing {

    /** A status, with why and since when. */
    record State(Status status, String reason, Instant since) {}

    private final Clock clock;
    private final Consumer<State> onChange;
    private volatile State now;
    /** What it would be if nothing were impaired. */
    private State base;

    private Optional<String> impairment = Optional.empty();

    /**
     * A new node is STARTING.
     *
     * @param onChange is told each other status, under a lock: it must be quick
     */
    Standing(Clock clock, String reason, Consumer<State> onChange) {
        this.clock = clock;
        this.onChange = onChange;
        this.now = new State(Status.STARTING, reason, clock.instant());
        this.base = now;
    }

    State now() {
        return now;
    }

    synchronized void become(Status status, String reason) {
        base = new State(status, reason, clock.instant());
        show();
    }

    /** Something of this node's own is wrong, for this reason, or nothing is: what would be UP is DEGRADED meanwhile. */
    synchronized void impaired(Optional<String> by) {
        impairment = by;
        show();
    }

    private void show() {
        State before = now;
        if (before.status() == Status.CLOSED) {
            return;
        }
        boolean degraded = base.status() == Status.UP && impairment.isPresent();
        Status status = degraded ? Status.DEGRADED : base.status();
        boolean same = before.status() == status;
        String reason = degraded ? impairment.orElseThrow() : base.reason();
        now = new State(status, reason, same ? before.since() : clock.instant());
        if (!same) {
            onChange.accept(now);
        }
    }
}
