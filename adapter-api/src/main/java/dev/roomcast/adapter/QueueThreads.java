package dev.roomcast.adapter;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The threads for work of all queues that must not run on the thread of a sender, and the clock that measures slow
 * work.
 *
 * @param writing continues to write the packets that a {@code send} or {@code done} has left
 * @param closing closes connections, which may block
 * @param timer cuts connections a while after their close frame
 * @param nanoTime as {@link System#nanoTime()}
 */
record QueueThreads(Executor writing, Executor closing, Timer timer, LongSupplier nanoTime) {

    private static final int MOST = 8;
    private static final long IDLE_SECONDS = 5;

    /** Daemons, which end when they are idle. */
    static final QueueThreads SHARED = new QueueThreads(
            threads("roomcast-queue-"), threads("roomcast-closing-"), timer("roomcast-cutting-"), System::nanoTime);

    /** Runs tasks later. */
    @FunctionalInterface
    interface Timer {

        /** On a thread that the task may block for a while. */
        void after(Duration delay, Runnable task);
    }

    static Executor threads(String name) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons(name));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static Timer timer(String name) {
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(MOST, daemons(name));
        threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
        return (delay, task) -> threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            // Without the thread locals of whoever is the first to need it.
            Thread thread = new Thread(null, task, name + number.incrementAndGet(), 0, false);
            thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
            thread.setDaemon(true);
            return thread;
        };
    }
}
