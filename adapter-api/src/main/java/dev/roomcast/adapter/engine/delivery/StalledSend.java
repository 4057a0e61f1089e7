package dev.roomcast.adapter.engine.delivery;

import org.jspecify.annotations.Nullable;

/**
 * A thread of the engine inside a {@code send} that takes too long, or that empties the {@link StalledQueue} of its
 * member.
 */
public final class StalledSend {

    private final StalledSends all;
    private final StalledQueue stalledQueue;
    /** When it has last begun a send. */
    private volatile long movedAt;
    /** Whether nothing waits for it any more. Under the lock of all. */
    private boolean givenUp;
    /** Null when it has come back. Under the lock, so that a thread is never interrupted in what it does later. */
    private @Nullable Thread thread;

    private boolean interrupted;

    StalledSend(StalledSends all, StalledQueue stalledQueue, Thread thread) {
        this.all = all;
        this.stalledQueue = stalledQueue;
        this.thread = thread;
        this.movedAt = all.now();
    }

    StalledQueue stalledQueue() {
        return stalledQueue;
    }

    /** On the held thread: another send begins. */
    void moved() {
        movedAt = all.now();
    }

    long stillFor(long now) {
        return now - movedAt;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    void giveUp() {
        givenUp = true;
    }

    /** On the held thread: its send has returned. What waits in the lane is sent here. */
    void comeBack() {
        if (stalledQueue.release()) {
            stalledQueue.drain(this::moved);
        }
        end();
    }

    /** It was no hold: the send returned at this moment. */
    void undo() {
        boolean hasWaiting = stalledQueue.release();
        end();
        if (hasWaiting) {
            all.drain(stalledQueue);
        }
    }

    void end() {
        free();
        all.ended(this);
    }

    private synchronized void free() {
        thread = null;
        if (interrupted) {
            // It was ours, and meant for the send.
            Thread.interrupted();
        }
    }

    /** Wakes the thread; false if it has come back, or was woken before. */
    synchronized boolean interrupt() {
        if (thread == null || interrupted) {
            return false;
        }
        interrupted = true;
        thread.interrupt();
        return true;
    }
}
