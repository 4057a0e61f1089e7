package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;

/**
 * Recognizes pauses of this process. What is read after a pause may have come at its beginning, and what others did not send during a
 * pause is not their silence. All moments are those of the monotonic clock, in nanoseconds. Not thread-safe.
 */
public final class PauseClock {

    /** A look that is less late was delayed by the scheduler, which is no pause. */
    static final Duration LEAST_PAUSE = Duration.ofMillis(50);

    /**
     * One look at the clock.
     *
     * @param last the moment of the look before
     * @param late how much later than the interval this look came; negative if it came early
     * @param passed the time between both looks
     */
    public record Look(long last, long late, long passed) {}

    private final Duration interval;
    private final Duration aftermath;
    private final long longestInterval;
    private long lastLook;
    /** When the last pause began. It counts until {@link #pauseIsOver}. */
    private long pausedAt;

    private long pauseIsOver;

    /**
     * Begins without a pause.
     *
     * @param interval the time between two looks
     * @param aftermath how long after the end of a pause frames may still be read that came at its beginning
     */
    public PauseClock(Duration interval, Duration aftermath, long now) {
        this.interval = interval;
        this.aftermath = aftermath;
        this.longestInterval = interval.plus(LEAST_PAUSE).toNanos();
        this.lastLook = now;
        this.pauseIsOver = now;
    }

    /** Looks at the clock, once every interval. */
    public Look look(long now) {
        long last = lastLook;
        long passed = now - last;
        long late = passed - interval.toNanos();
        lastLook = now;
        if (late > LEAST_PAUSE.toNanos()) {
            pausedAt = now - pauseIsOver >= 0 ? last : pausedAt;
            pauseIsOver = now + aftermath.toNanos();
        }
        return new Look(last, late, passed);
    }

    /** The earliest moment at which something can have come that was read at that moment. */
    public long beforeAnyPause(long readAt, long now) {
        long until = readAt;
        if (now - lastLook > longestInterval) {
            until = Execution.earlier(until, lastLook);
        }
        return now - pauseIsOver < 0 ? Execution.earlier(until, pausedAt) : until;
    }
}
