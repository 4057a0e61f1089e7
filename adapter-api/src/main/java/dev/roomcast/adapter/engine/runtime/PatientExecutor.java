package dev.roomcast.adapter.engine.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands tasks to an executor, and tries again a little later if no thread can be started, because the operating system
 * has no more. Otherwise a queue whose task was lost would wait for ever.
 */
public final class PatientExecutor implements Executor {

    private static final Logger log = LoggerFactory.getLogger(PatientExecutor.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Executor threads;
    private final Scheduler scheduler;
    private final RateLimitedLog failures;

    public PatientExecutor(Executor threads, Scheduler scheduler, LongSupplier ticker) {
        this.failures = new RateLimitedLog(log, ticker);
        this.threads = threads;
        this.scheduler = scheduler;
    }

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (OutOfMemoryError e) {
            failures.error("no thread can be started now; a task of the engine waits " + PAUSE.toMillis() + " ms", e);
            scheduler.after(PAUSE, () -> execute(task));
        }
    }
}
