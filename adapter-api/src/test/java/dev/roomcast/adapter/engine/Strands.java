package dev.roomcast.adapter.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Threads of which exactly one runs at any time: whoever runs or resumes a strand stands still until that has ended, or has parked
 * itself. So code that blocks can be simulated where it blocks, and what happens depends on nothing but the order of these calls.
 *
 * <p>A strand that waits for a lock waits for one that is parked: nobody else runs. That is a hang, and is thrown to whoever ran it.
 */
final class Strands {

    /** How often a strand that runs for long is looked at. */
    private static final long LOOK_SECONDS = 1;
    /** A state that is seen so many times in a row is no passing one. */
    private static final int LOOKS = 3;

    private final Deque<Strand> idle = new ArrayDeque<>();
    private final List<Strand> all = new ArrayList<>();
    private boolean over;

    /** Thrown out of a parked strand when everything ends. */
    static final class Over extends Error {
        private static final long serialVersionUID = 1;

        Over() {
            super("the simulation is over", null, false, false);
        }
    }

    /** Runs something; false if it has parked itself, and goes on when it is resumed. */
    boolean run(Runnable body) {
        Strand strand = idle.isEmpty() ? begin() : idle.pop();
        strand.body = body;
        return handOver(strand);
    }

    private Strand begin() {
        Strand strand = new Strand(all.size());
        all.add(strand);
        strand.start();
        return strand;
    }

    /** The strand that runs. */
    static Strand current() {
        return (Strand) Thread.currentThread();
    }

    /** Stands still until somebody resumes this strand; by itself. */
    void park(Runnable whenInterrupted) {
        Strand strand = current();
        strand.whenInterrupted = whenInterrupted;
        strand.isParked = true;
        strand.back.release();
        strand.go.acquireUninterruptibly();
        strand.whenInterrupted = null;
        if (over) {
            throw new Over();
        }
    }

    void resume(Strand strand) {
        handOver(strand);
    }

    private boolean handOver(Strand to) {
        to.isParked = false;
        to.go.release();
        await(to);
        Throwable thrown = to.thrown;
        to.thrown = null;
        if (thrown instanceof Error error) {
            throw error;
        } else if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        return !to.isParked;
    }

    private static void await(Strand to) {
        int looks = 0;
        try {
            while (!to.back.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS)) {
                looks = to.getState() == Thread.State.BLOCKED || to.getState() == Thread.State.WAITING ? looks + 1 : 0;
                if (looks == LOOKS) {
                    throw new BrokenPromise(History.WORLD, "", "a call waits for a send that is stuck:" + place(to));
                }
            }
        } catch (InterruptedException e) {
            throw new BrokenPromise(History.WORLD, "", "a thread was interrupted that no send holds", e);
        }
    }

    private static String place(Strand strand) {
        return Arrays.stream(strand.getStackTrace())
                .limit(20)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }

    /** All strands end: those that are parked are thrown out of it. */
    void end() {
        over = true;
        for (Strand strand : List.copyOf(all)) {
            try {
                while (strand.isParked) {
                    handOver(strand);
                }
            } catch (RuntimeException | Error e) {
                // Of what is over nothing is expected any more.
            }
        }
        all.forEach(strand -> strand.go.release());
    }

    /** One of the threads. Its id is that of its number, so that what is chosen by it is the same in each run. */
    final class Strand extends Thread {

        private final int number;
        private final Semaphore go = new Semaphore(0);
        private final Semaphore back = new Semaphore(0);
        private volatile Runnable body;
        private volatile Runnable whenInterrupted;
        private volatile boolean isParked;
        private volatile Throwable thrown;

        Strand(int number) {
            super("strand-" + number);
            this.number = number;
            setDaemon(true);
        }

        @Override
        @SuppressWarnings("deprecation")
        public long getId() {
            return number;
        }

        @Override
        public void interrupt() {
            super.interrupt();
            Runnable listener = whenInterrupted;
            if (listener != null) {
                listener.run();
            }
        }

        @Override
        public void run() {
            go.acquireUninterruptibly();
            while (body != null) {
                try {
                    body.run();
                    requireNoInterrupt();
                } catch (Throwable t) {
                    thrown = t;
                }
                body = null;
                Thread.interrupted();
                idle.push(this);
                back.release();
                go.acquireUninterruptibly();
            }
        }

        private void requireNoInterrupt() {
            if (isInterrupted() && !over) {
                throw new BrokenPromise(History.WORLD, "", "an interrupt was left behind in a thread");
            }
        }
    }
}
