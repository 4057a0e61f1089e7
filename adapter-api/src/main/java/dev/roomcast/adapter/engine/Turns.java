package dev.roomcast.adapter.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they came. A task may put steps behind itself, which run before the next task;
 * and a step may lose the turn to another thread, together with all that waits.
 *
 * <p><b>One thread at a time.</b> Nobody owns the turn by a lock: it is passed on like a baton.
 *
 * <ol>
 *   <li>A thread gets it when {@code waiting} rises from 0, which one {@code execute} sees, and gives it back when {@code waiting} has
 *       fallen to 0 again.
 *   <li>In between it is given away by a step alone, whose {@code run} then returns false: it has been decided elsewhere, by one atomic
 *       step (see {@link Leg}), that another thread goes on in its place, by {@link #handOver}. The thread that lost
 *       returns from here without touching a field, and what it held on its stack was the step and nothing else: whatever belongs to a
 *       task has returned before its steps begin.
 *   <li>What a thread did on its turn happens before what its successor does: by {@code waiting}, or by that atomic step and the
 *       successor's start. So {@code steps}, {@code done} and all that belongs to the protocol need neither lock nor volatile.
 * </ol>
 */
final class Turns implements Executor {

    /** Work that is begun when the task that asked for it has ended. */
    interface Step {

        /** Returns false if the turn was lost meanwhile. */
        boolean run();
    }

    private final Executor threads;
    private final Consumer<? super Throwable> failed;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting;

    // On the turn.
    private final Deque<Step> steps = new ArrayDeque<>();
    private int done;

    private Turns(Executor threads, Consumer<? super Throwable> failed, int waiting) {
        this.threads = threads;
        this.failed = failed;
        this.waiting = new AtomicInteger(waiting);
    }

    /** Turns that begin when they are {@linkplain #release() released}. */
    static Turns held(Execution execution) {
        return held(execution.workers(), new IntervalLog(LoggerFactory.getLogger(Turns.class), execution)::taskFailed);
    }

    /** @param failed is told what a task or step throws, which it must not */
    static Turns held(Executor threads, Consumer<? super Throwable> failed) {
        // As if a task were running: whoever adds one leaves it to that.
        return new Turns(threads, failed, 1);
    }

    /** Once. */
    void release() {
        if (waiting.decrementAndGet() > 0) {
            threads.execute(this::goOn);
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            threads.execute(this::goOn);
        }
    }

    /** On the turn: runs a step after this task, and after the steps that were put there before. */
    void next(Step step) {
        steps.add(step);
    }

    /** By the one thread that has the turn: does all that waits. */
    private void goOn() {
        while (true) {
            if (!runSteps()) {
                return;
            }
            Runnable task = tasks.poll();
            if (task != null) {
                run(task);
                done++;
            } else if (isOver()) {
                return;
            }
        }
    }

    /** Gives the turn, which a step has lost, to another thread, with the rest of that step. */
    void handOver(Step rest) {
        threads.execute(() -> {
            if (run(rest)) {
                goOn();
            }
        });
    }

    private boolean isOver() {
        int counted = done;
        // Before the turn is given back: after that it is another thread's.
        done = 0;
        return waiting.addAndGet(-counted) <= 0;
    }

    private boolean runSteps() {
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            if (!run(step)) {
                return false;
            }
        }
        return true;
    }

    private boolean run(Step step) {
        try {
            return step.run();
        } catch (Throwable t) {
            failed.accept(t);
            return true;
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            failed.accept(t);
        }
    }
}
