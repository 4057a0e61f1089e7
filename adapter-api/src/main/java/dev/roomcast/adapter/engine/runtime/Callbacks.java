package dev.roomcast.adapter.engine.runtime;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the application's callbacks of stages, one after the other, in the order of submission. If a call does not
 * return within the bound of the watchdog, the log names it, and another thread continues with the next call. So a
 * callback that waits for a stage does not block all others.
 */
public final class Callbacks {

    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
    private static final Iterator<Runnable> NONE = Collections.emptyIterator();
    private static final int LOST = -1;

    private final Execution execution;
    private final Executor threads;
    private final Watchdog watchdog;
    private final Counters counters;
    private final Consumer<? super Throwable> failed;
    private final RateLimitedLog stalls;
    private final Queue<Iterator<? extends Runnable>> brought = new ConcurrentLinkedQueue<>();
    private final Turn turn = Turn.free();
    private final AtomicInteger held = new AtomicInteger();

    /** On the turn. */
    private Iterator<? extends Runnable> current = NONE;

    public Callbacks(Execution execution, Watchdog watchdog, Counters counters) {
        this.execution = execution;
        this.threads = execution.workers();
        this.watchdog = watchdog;
        this.counters = counters;
        this.failed = new RateLimitedLog(log, execution)::taskFailed;
        this.stalls = new RateLimitedLog(log, execution);
    }

    public void run(Runnable call) {
        runAll(List.of(call).iterator());
    }

    /** @param calls is asked for the next one when that is to be made, by one thread at a time */
    void runAll(Iterator<? extends Runnable> calls) {
        brought.add(calls);
        if (turn.added()) {
            threads.execute(new Caller());
        }
    }

    /** How many calls that were left behind have not returned yet. */
    int held() {
        return held.get();
    }

    /** The next call; null if there is none, and the turn has been given back. */
    private @Nullable Runnable next() {
        while (!current.hasNext()) {
            if (current != NONE) {
                turn.done();
            }
            Iterator<? extends Runnable> begun = brought.poll();
            current = begun == null ? NONE : begun;
            if (begun == null && turn.end()) {
                return null;
            }
        }
        return current.next();
    }

    private void stalled(Thread thread) {
        counters.add(Counters.CALLBACKS_STALLED);
        stalls.warn(
                "a callback of the application's has not returned for "
                        + Duration.ofNanos(watchdog.bound(0)).toMillis() + " ms, and others go on without it: thread "
                        + thread.getName() + " at " + place(thread.getStackTrace())
                        + "; a callback must not wait: have it begin something, or run on an executor of its own",
                null);
    }

    /** Where the application's own code is, if it can be told from ours. */
    private static Object place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().matches("(java|javax|jdk|sun|dev\\.roomcast\\.adapter)\\..*")) {
                return frame;
            }
        }
        return stack.length == 0 ? "its end" : stack[0];
    }

    /**
     * The calls of one thread. {@code step} is odd during a call. The thread ends a call by a compare-and-set, and the watchdog takes the
     * turn by another one: one of the two wins, and a thread that has lost touches nothing more.
     */
    private final class Caller implements Runnable, Watchdog.Watched {

        private final AtomicInteger step = new AtomicInteger();
        private final StallTimer stallTimer = new StallTimer();
        private volatile @Nullable Thread thread;

        @Override
        public void run() {
            thread = Thread.currentThread();
            int place = watchdog.begin(this);
            boolean lost = false;
            for (Runnable call = next(); call != null; call = next()) {
                if (!make(call)) {
                    lost = true;
                    break;
                }
            }
            watchdog.end(this, place);
            if (lost) {
                held.decrementAndGet();
            }
        }

        /** Makes one call; false if the turn was lost meanwhile. */
        private boolean make(Runnable call) {
            int during = step.get() + 1;
            step.set(during);
            try {
                call.run();
            } catch (Throwable t) {
                failed.accept(t);
            }
            execution.clearInterrupt();
            // Starts again before it could run into LOST.
            int after = during == Integer.MAX_VALUE ? 0 : during + 1;
            return step.compareAndSet(during, after);
        }

        @Override
        public void look(long passed) {
            int now = step.get();
            long still = stallTimer.look(now, passed);
            Thread stuck = thread;
            if (now % 2 == 1 && stuck != null && still >= bound()) {
                takeTurn(now, stuck);
            }
        }

        private void takeTurn(int seen, Thread stuck) {
            held.incrementAndGet();
            if (step.compareAndSet(seen, LOST)) {
                stalled(stuck);
                threads.execute(new Caller());
            } else {
                held.decrementAndGet();
            }
        }

        @Override
        public long bound() {
            return watchdog.bound(0);
        }
    }
}
