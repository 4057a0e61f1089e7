package dev.roomcast.adapter.engine.runtime;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks at intervals whether all running deliveries make progress. One task of the scheduler does so for all
 * deliveries of a wire; it ends when there are none, until the next delivery begins.
 *
 * <p>A delivery costs a compare-and-set and a write here. Pauses of this process do not count: a late check counts as
 * one that is only slightly late.
 */
public final class Watchdog {

    /** A delivery. The watchdog's calls come one at a time. */
    public interface Watched {

        /** Sees whether it has come on since the last look, so many nanoseconds ago, and does what is to be done if it has not. */
        void look(long passed);

        /** How long it may stand still, in nanoseconds. */
        long bound();
    }

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private static final int PLACES = 32;
    /** So many references fill a cache line: threads that walk at the same time do not disturb each other. */
    private static final int SPACING = 16;

    private static final int NO_PLACE = -1;
    private static final int LOOKS_PER_BOUND = 10;
    private static final long LEAST_BOUND = Duration.ofMillis(5).toNanos();

    private final RateLimitedLog failures;
    private final Execution execution;
    private final long bound;
    private final AtomicReferenceArray<@Nullable Watched> places = new AtomicReferenceArray<>(PLACES * SPACING);
    /** Those who found no place. */
    private final Queue<Watched> standing = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean awake = new AtomicBoolean();

    // From look to look.
    private long lastLook;
    private long pause;

    public Watchdog(Execution execution, Duration bound) {
        this.execution = execution;
        this.failures = new RateLimitedLog(log, execution);
        this.bound = bound.toNanos();
    }

    /** How long a send may take in a walk of which so many have stalled. */
    public long bound(int stalls) {
        return Math.max(Math.min(bound, LEAST_BOUND), bound >> Math.min(stalls, Long.SIZE - 1));
    }

    /** Watches a walk; returns its place, for {@link #end}. */
    public int begin(Watched walk) {
        int place = takePlace(walk);
        if (place == NO_PLACE) {
            // Perhaps walks within walks without end: each of them must be able to end.
            StackReserve.require();
            standing.add(walk);
        }
        // After the walk can be found: a watchdog that falls asleep now looks again.
        wake();
        return place;
    }

    private int takePlace(Watched walk) {
        int first = (int) Thread.currentThread().getId();
        for (int i = 0; i < PLACES; i++) {
            int place = (first + i & PLACES - 1) * SPACING;
            if (places.getPlain(place) == null && places.compareAndSet(place, null, walk)) {
                return place;
            }
        }
        return NO_PLACE;
    }

    public void end(Watched walk, int place) {
        if (place == NO_PLACE) {
            standing.remove(walk);
        } else {
            places.setRelease(place, null);
        }
    }

    private void wake() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
            lastLook = execution.now();
            lookAfter(bound / LOOKS_PER_BOUND);
        }
    }

    private void lookAfter(long nanos) {
        pause = nanos;
        execution.scheduler().after(Duration.ofNanos(nanos), this::look);
    }

    private void look() {
        try {
            lookAtAll();
        } catch (Throwable t) {
            failures.error("the watchdog could not check the sends; it checks again. Please report this", t);
            lookAfter(bound / LOOKS_PER_BOUND);
        }
    }

    private void lookAtAll() {
        long now = execution.now();
        long passed = Math.min(now - lastLook, pause + bound / LOOKS_PER_BOUND);
        lastLook = now;
        Round round = new Round(passed);
        for (int i = 0; i < PLACES; i++) {
            round.look(places.get(i * SPACING));
        }
        standing.forEach(round::look);
        if (round.any) {
            lookAfter(round.least / LOOKS_PER_BOUND);
        } else {
            sleep();
        }
    }

    private void sleep() {
        awake.set(false);
        for (int i = 0; i < PLACES; i++) {
            if (places.get(i * SPACING) != null) {
                wake();
                return;
            }
        }
        if (!standing.isEmpty()) {
            wake();
        }
    }

    /** One look at all. */
    private final class Round {

        private final long passed;
        private boolean any;
        private long least = bound;

        Round(long passed) {
            this.passed = passed;
        }

        void look(@Nullable Watched walk) {
            if (walk != null) {
                any = true;
                lookSafely(walk);
                least = Math.min(least, walk.bound());
            }
        }

        private void lookSafely(Watched walk) {
            try {
                walk.look(passed);
            } catch (Throwable t) {
                failures.error("the watchdog could not check a delivery; it checks again. Please report this", t);
            }
        }
    }
}
