package dev.roomcast.adapter.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs one kind of trouble at most once per interval, and says how often it came meanwhile. */
final class IntervalLog {

    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final Execution execution;
    private final LongAdder since = new LongAdder();
    private final AtomicLong next;

    IntervalLog(Logger log, Execution execution) {
        this.log = log;
        this.execution = execution;
        this.next = new AtomicLong(execution.now());
    }

    void info(String message) {
        said(message).ifPresent(log::info);
    }

    void warn(String message, @Nullable Throwable cause) {
        said(message).ifPresent(text -> log.warn(text, cause));
    }

    void error(String message, @Nullable Throwable cause) {
        said(message).ifPresent(text -> log.error(text, cause));
    }

    /** A task that must not throw did. */
    void taskFailed(Throwable failure) {
        error("a task of the engine failed; please report this", failure);
    }

    /** What is to be logged, if it is time to. */
    private Optional<String> said(String message) {
        since.increment();
        long now = execution.now();
        long due = next.get();
        if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL)) {
            return Optional.empty();
        }
        long times = since.sumThenReset();
        return Optional.of(times > 1 ? message + " (" + times + " times since this was last said)" : message);
    }
}
