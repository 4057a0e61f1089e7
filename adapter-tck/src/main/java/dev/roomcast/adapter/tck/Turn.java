package dev.roomcast.adapter.tck;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A serial executor: it runs tasks one after the other, in order, on the thread of the caller that finds it idle. It
 * can be paused. It holds no lock while a task runs, so two executors can call each other.
 */
final class Turn {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean held;

    /** Runs it now, or after what is running and waiting. */
    void run(Runnable action) {
        synchronized (this) {
            waiting.add(action);
        }
        drain();
    }

    /** Runs it, and returns when it has run. Not from within the turn. */
    void runAndWait(Runnable action) {
        synchronized (this) {
            if (held) {
                throw new IllegalStateException("the transport is held; release() it first");
            }
        }
        CountDownLatch done = new CountDownLatch(1);
        run(() -> {
            try {
                action.run();
            } finally {
                done.countDown();
            }
        });
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a turn", e);
        }
    }

    synchronized void hold() {
        held = true;
    }

    void release() {
        synchronized (this) {
            held = false;
        }
        drain();
    }

    private void drain() {
        synchronized (this) {
            if (running) {
                return;
            }
            running = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    /** What comes next; if there is nothing, the turn is idle from here on. */
    private synchronized @Nullable Runnable next() {
        Runnable next = held ? null : waiting.poll();
        running = next != null;
        return next;
    }
}
