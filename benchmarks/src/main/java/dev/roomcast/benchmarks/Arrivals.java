package dev.roomcast.benchmarks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Counts arrived packets, and lets one thread wait for them. Every benchmark counts with this class. */
final class Arrivals {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int packetBytes;
    private final AtomicLong count = new AtomicLong();
    private volatile long lastNanos;
    private volatile long goal = Long.MAX_VALUE;
    private volatile Thread waiter = Thread.currentThread();

    /**
     * Nothing has arrived yet.
     *
     * @param packetBytes how large each packet must be
     */
    Arrivals(int packetBytes) {
        this.packetBytes = packetBytes;
    }

    /** One packet has arrived. May be called by any thread. */
    void arrived(int bytes) {
        if (bytes != packetBytes) {
            throw new IllegalStateException("a packet of " + bytes + " bytes arrived instead of " + packetBytes);
        }
        lastNanos = System.nanoTime();
        // Equal for one arrival only, so the waiting thread is woken once however far behind it is.
        if (count.incrementAndGet() == goal) {
            LockSupport.unpark(waiter);
        }
    }

    long count() {
        return count.get();
    }

    /** When the last one arrived, as {@link System#nanoTime} says. */
    long lastNanos() {
        return lastNanos;
    }

    /** Waits until so many have arrived in all. Called by one thread at a time. */
    void await(long total) {
        if (count.get() >= total) {
            return;
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        waiter = Thread.currentThread();
        goal = total;
        while (count.get() < total) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new IllegalStateException("only " + count + " of " + total + " packets had arrived after "
                        + PATIENCE.toSeconds() + " s: a figure without them would mean nothing");
            }
            LockSupport.parkNanos(this, left);
        }
    }
}
