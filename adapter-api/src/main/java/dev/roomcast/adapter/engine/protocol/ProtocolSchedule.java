package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;

/** Time as a protocol needs it: its clock, its intervals, and tasks that run on the inbox's turn, now or later. On any thread. */
final class ProtocolSchedule {

    /** Answers that are collected must come within the hello wait. */
    private static final int WINDOWS_PER_WAIT = 4;

    private final Execution execution;
    private final Inbox inbox;
    private final ProtocolTiming timing;
    private volatile boolean closed;

    ProtocolSchedule(Execution execution, Inbox inbox, ProtocolTiming timing) {
        this.execution = execution;
        this.inbox = inbox;
        this.timing = timing;
    }

    /** The clock and the threads behind this. */
    Execution execution() {
        return execution;
    }

    /** Whose turn tasks run on. */
    Inbox inbox() {
        return inbox;
    }

    ProtocolTiming timing() {
        return timing;
    }

    /** For so long it is collected what many nodes want to know. */
    Duration window() {
        return timing.helloWait().dividedBy(WINDOWS_PER_WAIT);
    }

    /** The monotonic clock, in nanoseconds. */
    long now() {
        return execution.now();
    }

    /** Runs a task on the inbox's turn. */
    void run(Runnable task) {
        inbox.run(task);
    }

    /** Runs a task on the inbox's turn later, also if the node has closed by then. */
    void after(Duration delay, Runnable task) {
        execution.scheduler().after(delay, () -> inbox.run(task));
    }

    /** Runs a task on the inbox's turn again and again, until the node closes. */
    void every(Duration interval, Runnable task) {
        after(interval, () -> {
            if (!closed) {
                every(interval, task);
                task.run();
            }
        });
    }

    /** Whether the node has closed. */
    boolean isClosed() {
        return closed;
    }

    /** The node has closed. */
    void close() {
        closed = true;
    }
}
