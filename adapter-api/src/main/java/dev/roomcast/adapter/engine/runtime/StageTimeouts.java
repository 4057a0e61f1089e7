package dev.roomcast.adapter.engine.runtime;

import dev.roomcast.adapter.AdapterException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fails each added stage that is not completed within one time limit, such as that of joins. All have the same limit, so
 * they expire in the order of their arrival, and one timer is enough.
 */
public final class StageTimeouts {

    private record Entry(CompletableFuture<?> stage, Supplier<AdapterException> failure, long due) {}

    private final Execution execution;
    private final Duration time;
    private final Stages stages;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private Scheduler.@Nullable Timer timer;

    public StageTimeouts(Execution execution, Duration time, Stages stages) {
        this.execution = execution;
        this.time = time;
        this.stages = stages;
    }

    public synchronized void add(CompletableFuture<?> stage, Supplier<AdapterException> failure) {
        entries.add(new Entry(stage, failure, execution.now() + time.toNanos()));
        arm();
    }

    private void arm() {
        while (!entries.isEmpty() && entries.element().stage().isDone()) {
            entries.remove();
        }
        if (timer == null && !entries.isEmpty()) {
            long wait = Math.max(0, entries.element().due() - execution.now());
            timer = execution.scheduler().after(Duration.ofNanos(wait), this::expire);
        }
    }

    private void expire() {
        for (Entry entry : takeDue()) {
            stages.fail(entry.stage(), entry.failure().get());
        }
    }

    private synchronized List<Entry> takeDue() {
        timer = null;
        List<Entry> due = new ArrayList<>();
        long now = execution.now();
        while (!entries.isEmpty() && entries.element().due() - now <= 0) {
            due.add(entries.remove());
        }
        arm();
        return due;
    }

    public synchronized void close() {
        entries.clear();
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
