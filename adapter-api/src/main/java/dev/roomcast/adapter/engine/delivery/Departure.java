package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a node out of service: disconnects its members at a given rate, until none remain. */
public final class Departure {

    private static final Duration STEP = Duration.ofMillis(50);
    private static final double NANOS_PER_SECOND = 1e9;

    private final Execution execution;
    private final RoomIndex index;
    private final DisconnectExecutor disconnects;
    private final Stages stages;
    private final CompletableFuture<Void> stage = new GuardedStage<>();

    /** Those whose connection is being closed, and one more until all are on their way. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final AtomicBoolean begun = new AtomicBoolean();

    // From step to step.
    private long begunAt;
    private long gone;

    public Departure(Execution execution, RoomIndex index, DisconnectExecutor disconnects, Stages stages) {
        this.execution = execution;
        this.index = index;
        this.disconnects = disconnects;
        this.stages = stages;
    }

    /** Whether the node takes no members any more. */
    public boolean hasBegun() {
        return begun.get();
    }

    /** Begins, if it has not begun; completes when the last connection was closed, or takes too long for it. */
    public CompletionStage<Void> begin(int perSecond, DisconnectReason reason, Runnable first) {
        if (begun.compareAndSet(false, true)) {
            begunAt = execution.now();
            first.run();
            step(perSecond, reason);
        }
        return stage;
    }

    /** The node ends: its members are not disconnected any more. */
    public void end() {
        stages.complete(List.of(stage));
    }

    private void step(int perSecond, DisconnectReason reason) {
        long due = 1 + (long) ((execution.now() - begunAt) / NANOS_PER_SECOND * perSecond);
        List<LocalMember> next = index.some((int) Math.min(due - gone, Integer.MAX_VALUE));
        gone += next.size();
        open.addAndGet(next.size());
        next.forEach(member -> disconnects.disconnect(member, reason, this::closed));
        if (index.memberCount() > 0 && !index.isClosed()) {
            execution.scheduler().after(STEP, () -> step(perSecond, reason));
        } else {
            // A connection that is not closed within its time is given up.
            execution.scheduler().after(DisconnectExecutor.PATIENCE, this::end);
            closed();
        }
    }

    private void closed() {
        if (open.decrementAndGet() == 0) {
            end();
        }
    }
}
