package dev.roomcast.adapter.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one ordered queue of all that comes in: frames, confirmations, timers and questions of the application. What runs on the
 * inbox's turn runs alone, so the protocol's state needs no lock.
 *
 * <p>Bounded in the bytes of frames; a frame too many is dropped and counted. Everything else is small and always taken.
 */
final class Inbox {

    /** About what a frame takes beside its bytes while it waits: even empty ones are bounded. */
    private static final int FRAME_OVERHEAD = 128;

    private final Turns turns;
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private final Counters counters;

    Inbox(Execution execution, long maxBytes, Counters counters) {
        this.turns = Turns.held(execution);
        this.maxBytes = maxBytes;
        this.counters = counters;
    }

    /** Begins with what has waited; before that nothing runs. */
    void open() {
        turns.release();
    }

    void run(Runnable task) {
        turns.execute(task);
    }

    /**
     * On the turn: runs a step when the current task has ended, before the next one. Whatever calls the application belongs here: such a
     * step can lose the turn, so that nobody waits for the application.
     */
    void next(Turns.Step step) {
        turns.next(step);
    }

    /** See {@link Turns#handOver}. */
    void handOver(Turns.Step rest) {
        turns.handOver(rest);
    }

    void frame(int payload, Runnable task) {
        int size = payload + FRAME_OVERHEAD;
        if (bytes.addAndGet(size) > maxBytes) {
            bytes.addAndGet(-size);
            counters.add(Counters.FRAMES_DROPPED);
            return;
        }
        turns.execute(() -> {
            try {
                task.run();
            } finally {
                bytes.addAndGet(-size);
            }
        });
    }
}
