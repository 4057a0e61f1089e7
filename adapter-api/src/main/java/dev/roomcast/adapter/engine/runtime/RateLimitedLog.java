package dev.roomcast.adapter.engine.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs one kind of trouble at most once per interval, and says how often it came meanwhile.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class RateLimitedLog {

    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final LongSupplier ticker;
    private final LongAdder since = new LongAdder();
    private final AtomicLong next;

    public RateLimitedLog(Logger log, Execution execution) {
        this(log, execution::now);
    }

    /**
     * Nothing was said yet.
     *
     * @param log gets the lines
     * @param ticker the time, in nanoseconds with any origin
     */
    public RateLimitedLog(Logger log, LongSupplier ticker) {
        this.log = log;
        this.ticker = ticker;
        this.next = new AtomicLong(ticker.getAsLong());
    }

    public void info(String message) {
        said(message).ifPresent(text -> log((line, none) -> log.info(line), text, null));
    }

    /**
     * Warns, if the interval is over.
     *
     * @param message what happened
     * @param cause why; null for none
     */
    public void warn(String message, @Nullable Throwable cause) {
        said(message).ifPresent(text -> log(log::warn, text, cause));
    }

    public void error(String message, @Nullable Throwable cause) {
        said(message).ifPresent(text -> log(log::error, text, cause));
    }

    /** What a cause says of itself is the application's code, and so is where lines go to: what these throw harms nobody here. */
    private static void log(BiConsumer<String, @Nullable Throwable> line, String text, @Nullable Throwable cause) {
        try {
            line.accept(text, cause);
        } catch (Throwable unspeakable) {
            if (cause != null) {
                String name = cause.getClass().getName();
                log(line, text + " (a " + name + ", which throws when it is asked what it says)", null);
            }
        }
    }

    /** A task that must not throw did. */
    void taskFailed(Throwable failure) {
        error("a task of the engine failed; please report this", failure);
    }

    /** What is to be logged, if it is time to. */
    private Optional<String> said(String message) {
        since.increment();
        long now = ticker.getAsLong();
        long due = next.get();
        if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL)) {
            return Optional.empty();
        }
        long times = since.sumThenReset();
        return Optional.of(times > 1 ? message + " (" + times + " times since this was last said)" : message);
    }
}
