package dev.roomcast.adapter;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Where the queues of all connections do what must not be done on the thread of whoever sends, and the clock that tells what takes long.
 *
 * @param writing continues to write what a {@code send} or {@code done} has left
 * @param closing closes connections, which may block
 * @param nanoTime as {@link System#nanoTime()}
 */
record QueueThreads(Executor writing, Executor closing, LongSupplier nanoTime) {

    /** Daemons, which end when they are idle. */
    static final QueueThreads SHARED =
            new QueueThreads(threads("roomcast-queue-"), threads("roomcast-closing-"), System::nanoTime);

    private static final int MOST = 8;
    private static final long IDLE_SECONDS = 5;

    private static Executor threads(String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
