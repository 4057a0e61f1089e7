package dev.roomcast.adapter.redis.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread for everything that a transport does outside an event loop. It catches everything that a task throws,
 * including an {@link Error}, and hands it to the task's handler, or logs it. So a failing task ends neither the thread
 * nor a recurring task. After a shutdown tasks are dropped.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class ControlExecutor implements Executor {

    private static final Logger log = LoggerFactory.getLogger(ControlExecutor.class);
    private static final Future<?> NEVER = CompletableFuture.completedFuture(null);

    private final ScheduledExecutorService thread;
    private final LogInterval failures = new LogInterval();

    public ControlExecutor(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    /** Runs a task at once; on the caller's thread if this one has been shut down. */
    public void executeInAnyCase(Runnable task) {
        try {
            thread.execute(guarded(task, this::logFailure));
        } catch (RejectedExecutionException e) {
            guarded(task, this::logFailure).run();
        }
    }

    /** Runs a task once; what it throws is logged. */
    public Future<?> after(Duration delay, Runnable task) {
        return after(delay, task, this::logFailure);
    }

    /** As {@link #after(Duration, Runnable)}; returns false if the task is dropped. */
    public boolean offer(Duration delay, Runnable task) {
        return after(delay, task) != NEVER;
    }

    /** Runs a task once; what it throws goes to the handler. */
    public Future<?> after(Duration delay, Runnable task, Consumer<? super Throwable> failed) {
        try {
            return thread.schedule(guarded(task, failed), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("Closed meanwhile", e);
            return NEVER;
        }
    }

    /** Runs a task again and again until the future is cancelled; what it throws is logged, and does not end it. */
    public Future<?> every(Duration interval, Runnable task) {
        long nanos = interval.toNanos();
        try {
            return thread.scheduleWithFixedDelay(guarded(task, this::logFailure), nanos, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("Closed meanwhile", e);
            return NEVER;
        }
    }

    private Runnable guarded(Runnable task, Consumer<? super Throwable> failed) {
        return () -> {
            try {
                task.run();
            } catch (Throwable t) {
                handle(t, failed);
            }
        };
    }

    private void handle(Throwable failure, Consumer<? super Throwable> failed) {
        try {
            failed.accept(failure);
        } catch (Throwable t) {
            logFailure(t);
        }
    }

    private void logFailure(Throwable failure) {
        if (failures.isOver()) {
            log.error("A task of the Redis transport failed; the transport goes on. Please report this", failure);
        }
    }

    /** What the supplier gives, or a failed stage if it throws. */
    public static <T> CompletionStage<T> guarded(Supplier<? extends CompletionStage<T>> begin) {
        try {
            return begin.get();
        } catch (Throwable t) {
            return CompletableFuture.failedStage(t);
        }
    }
}
