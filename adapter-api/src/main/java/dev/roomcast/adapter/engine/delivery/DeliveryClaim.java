package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.engine.runtime.StallTimer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The part of a remote delivery that one thread executes. The thread claims slot after slot, until the end or until
 * another thread takes the rest.
 *
 * <p>The progress is one number, which changes only by compare-and-set: the delivering thread sets it to the slot to
 * which it sends next, the watchdog from the observed value to {@link #LOST}. One of the two wins. If the watchdog
 * wins, the next claim of the delivering thread fails, and the successor continues after the last claimed slot. So each
 * slot is sent to once, and after the last slot, too, only one thread continues the executor.
 */
public final class DeliveryClaim {

    private static final int LOST = -1;
    private static final int ENDED = -2;
    private final int begin;
    private final StallTimer stallTimer = new StallTimer();
    private final AtomicInteger claimed;
    /** The walking thread. Set before its first claim. */
    private @Nullable Thread thread;
    /** What became of its last send. Set before the rest is taken from it, and read after that. */
    private @Nullable StalledSend stalledSend;

    public DeliveryClaim(int begin) {
        this.begin = begin;
        this.claimed = new AtomicInteger(begin);
    }

    /** The first slot that may be claimed. */
    public int begin() {
        return begin;
    }

    // ---- the walking thread

    void began(Thread by) {
        thread = by;
    }

    /** Claims a slot; false if the rest of the walk is another's. */
    public boolean claim(int before, int slot) {
        return claimed.compareAndSet(before, slot + 1);
    }

    /** Claims the end of the walk. */
    public boolean end(int before) {
        return claimed.compareAndSet(before, ENDED);
    }

    /** Claims the end from wherever it is; false if the rest of the walk is another's. */
    boolean endAnywhere() {
        return claimed.getAndUpdate(now -> now == LOST ? LOST : ENDED) != LOST;
    }

    /** What the send that took too long is held by; once a claim has failed. */
    @Nullable
    public StalledSend stalledSend() {
        return stalledSend;
    }

    // ---- the watchdog

    /** Behind the slot that was claimed last; not more than {@link #begin()} before anything was, or when it is over. */
    public int claimed() {
        return claimed.get();
    }

    /** For how long, in nanoseconds, it has stood still behind this slot. */
    long stillFor(int behind, long passed) {
        return stallTimer.look(behind, passed);
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /** Takes what is behind the last claim; false if the walking thread has come on. */
    public boolean take(int seen, StalledSend by) {
        stalledSend = by;
        return claimed.compareAndSet(seen, LOST);
    }
}
