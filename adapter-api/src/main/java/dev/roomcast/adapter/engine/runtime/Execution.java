package dev.roomcast.adapter.engine.runtime;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The clocks and threads of the engine. They are passed in, so that a simulation can run many engines on one thread.
 *
 * @param ticker monotonic, in nanoseconds, with any origin
 * @param clock for timestamps that people read, and for nothing else
 * @param random for identities: unpredictable in earnest, seeded in a simulation
 * @param workers runs what must not run on the caller's thread; may run several tasks at once
 * @param scheduler runs tasks later, at most a few milliseconds late
 * @param isOurs whether the current thread is one of these: {@code close()} must not wait there
 * @param ending ends all of it
 */
public record Execution(
        LongSupplier ticker,
        Clock clock,
        LongSupplier random,
        Executor workers,
        Scheduler scheduler,
        BooleanSupplier isOurs,
        Ending ending) {

    /** How the threads end. */
    public interface Ending {

        /** From now on nothing begins; what has begun goes on. */
        void begin();

        /** Waits until no thread remains, or until the time is over. */
        void await(Duration time) throws InterruptedException;
    }

    public long now() {
        return ticker.getAsLong();
    }

    /** Of two moments of the ticker, which may have any sign. */
    public static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    public static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** Behind code of the application: an interrupt that it leaves on a thread of ours is not for what comes next there. */
    public void clearInterrupt() {
        if (isOurs.getAsBoolean()) {
            Thread.interrupted();
        }
    }
}
