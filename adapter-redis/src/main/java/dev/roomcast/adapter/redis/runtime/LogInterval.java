package dev.roomcast.adapter.redis.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Allows one kind of log line at most once per interval.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class LogInterval {

    private static final long LENGTH = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier ticker;
    private final AtomicLong next;

    public LogInterval() {
        this(System::nanoTime);
    }

    /** @param ticker the time, in nanoseconds with any origin */
    LogInterval(LongSupplier ticker) {
        this.ticker = ticker;
        this.next = new AtomicLong(ticker.getAsLong());
    }

    /** Returns whether the line is due; if so, the next one is due after the interval. */
    public boolean isOver() {
        long now = ticker.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + LENGTH);
    }
}
