package dev.roomcast.adapter.engine.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The right to run the tasks of a queue, which one thread has at a time. It is no lock: the thread that adds the first
 * task gets it, and releases it when all added tasks are done.
 *
 * <p>Everything that a thread does on its turn happens before the actions of the next thread: by {@code waiting}, or by
 * the atomic step that hands the turn over. So state that is used on the turn only needs neither lock nor volatile.
 */
final class Turn {

    private final AtomicInteger waiting;
    /** On the turn. */
    private int done;

    private Turn(int waiting) {
        this.waiting = new AtomicInteger(waiting);
    }

    /** That nobody has. */
    static Turn free() {
        return new Turn(0);
    }

    /** That nobody gets before one task is {@linkplain #open() done} which no thread has. */
    static Turn shut() {
        return new Turn(1);
    }

    /** Ends that task; true if others wait, and the caller has got the turn. Once. */
    boolean open() {
        return waiting.decrementAndGet() > 0;
    }

    /** A task was added; true if the caller has got the turn by that, and has to see to it that it is done. */
    boolean added() {
        return waiting.getAndIncrement() == 0;
    }

    /** On the turn: one task is done. */
    void done() {
        done++;
    }

    /** On the turn, where no task is found: gives it back; false if a task has come meanwhile, and the caller has to go on. */
    boolean end() {
        int counted = done;
        // Before the turn is given back: after that it is another thread's.
        done = 0;
        return waiting.addAndGet(-counted) <= 0;
    }
}
