package dev.roomcast.adapter.redis.runtime;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one task on a new thread that ends with the task. Netty leaves thread locals on each thread that initializes it.
 * On a thread of an application server, which outlives the application, they would keep the application's class loader
 * in memory.
 */
public final class OwnThread {

    private OwnThread() {}

    /** Waits for the result, also if it is interrupted; throws what the call throws. */
    public static <T> T call(ThreadFactory threads, Supplier<T> call) {
        FutureTask<T> task = new FutureTask<>(call::get);
        Thread thread = threads.newThread(task);
        thread.start();
        try {
            joined(thread);
            return task.get();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, although the task has ended", e);
        }
    }

    private static void joined(Thread thread) {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException thrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception ? exception : new IllegalStateException(cause);
    }
}
