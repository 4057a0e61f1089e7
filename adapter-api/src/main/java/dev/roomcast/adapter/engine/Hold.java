package dev.roomcast.adapter.engine;

import org.jspecify.annotations.Nullable;

/** A thread of ours that is in a {@code send} which takes too long, or drains the lane of its member. */
final class Hold {

    private final Holds all;
    private final Lane lane;
    /** When it has last begun a send. */
    private volatile long movedAt;
    /** Whether nothing waits for it any more. Under the lock of all. */
    private boolean givenUp;
    /** Null when it has come back. Under the lock, so that a thread is never interrupted in what it does later. */
    private @Nullable Thread thread;

    private boolean interrupted;

    Hold(Holds all, Lane lane, Thread thread) {
        this.all = all;
        this.lane = lane;
        this.thread = thread;
        this.movedAt = all.now();
    }

    Lane lane() {
        return lane;
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
        if (lane.release()) {
            lane.drain(this::moved);
        }
        end();
    }

    /** It was no hold: the send returned at this moment. */
    void undo() {
        boolean hasWaiting = lane.release();
        end();
        if (hasWaiting) {
            all.drain(lane);
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
