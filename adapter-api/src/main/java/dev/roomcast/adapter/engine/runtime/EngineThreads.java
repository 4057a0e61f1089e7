package dev.roomcast.adapter.engine.runtime;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real time and real threads: daemons, named after node and role, that end when they have been idle. */
public final class EngineThreads {

    private static final Logger log = LoggerFactory.getLogger(EngineThreads.class);
    private static final long IDLE_SECONDS = 30;

    private final String nodeName;
    /** Of whoever opens the adapter: callbacks look for the application's classes there. */
    private final ClassLoader classes = Thread.currentThread().getContextClassLoader();

    public EngineThreads(String nodeName) {
        this.nodeName = nodeName;
    }

    public ThreadFactory named(String role) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Owned(this, task, "roomcast-" + nodeName + "-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(classes);
            return thread;
        };
    }

    public Execution start() {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named("worker"));
        // What comes after the end is done by whoever brings it, so that no stage is left pending.
        workers.setRejectedExecutionHandler((task, executor) -> task.run());
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRejectedExecutionHandler((task, executor) -> {});
        RateLimitedLog failures = new RateLimitedLog(log, System::nanoTime);
        Scheduler scheduler = (delay, task) -> {
            ScheduledFuture<?> future = timer.schedule(guarded(task, failures), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        };
        return new Execution(
                System::nanoTime,
                Clock.systemUTC(),
                new SecureRandom()::nextLong,
                new PatientExecutor(workers, scheduler, System::nanoTime),
                scheduler,
                this::isOurs,
                new Ending(workers, timer));
    }

    /** A timer's future is looked at by nobody: what a task throws would be lost with it. */
    private static Runnable guarded(Runnable task, RateLimitedLog failures) {
        return () -> {
            try {
                task.run();
            } catch (Throwable t) {
                failures.error("a timer of the engine failed; please report this", t);
            }
        };
    }

    private boolean isOurs() {
        return Thread.currentThread() instanceof Owned owned && owned.owner == this;
    }

    private record Ending(ThreadPoolExecutor workers, ScheduledThreadPoolExecutor timer) implements Execution.Ending {

        @Override
        public void begin() {
            timer.shutdown();
            workers.shutdown();
        }

        @Override
        public void await(Duration time) throws InterruptedException {
            long end = System.nanoTime() + time.toNanos();
            if (timer.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS)) {
                workers.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        }
    }

    private static final class Owned extends Thread {

        private final EngineThreads owner;

        Owned(EngineThreads owner, Runnable task, String name) {
            // Without the thread locals of the caller, since it works for all.
            super(null, task, name, 0, false);
            this.owner = owner;
        }
    }
}
