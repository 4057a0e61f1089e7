package dev.roomcast.adapter.engine.runtime;

import java.time.Duration;

/** Runs a task once, later. Tasks are short: they hand work to an executor. */
public interface Scheduler {

    Timer after(Duration delay, Runnable task);

    /** A task that has been scheduled. */
    interface Timer {

        /** Takes the task back; does nothing if it has run. */
        void cancel();
    }
}
