package dev.roomcast.adapter.tck;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Wakes the threads that await a condition, each time that something is recorded. */
final class Signal {

    /** Not every state that is awaited has an event: health, for one, may be looked at before anyone can listen. */
    private static final long LOOK_AGAIN_MILLIS = 10;

    private long changes;

    synchronized void changed() {
        changes++;
        notifyAll();
    }

    /** Whether the condition came to hold in time. */
    boolean await(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long seen = changes();
            if (condition.getAsBoolean()) {
                return true;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return condition.getAsBoolean();
            }
            awaitChange(seen, Math.min(left, LOOK_AGAIN_MILLIS));
        }
    }

    private synchronized long changes() {
        return changes;
    }

    private synchronized void awaitChange(long seen, long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (changes == seen && System.nanoTime() < deadline) {
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
