package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.engine.runtime.StallTimer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The part of a remote walk that one thread goes: it claims slot after slot, until the end or until the rest is taken from it.
 *
 * <p>How far it has come is one number, which only moves by compare-and-set: the walking thread moves it to the slot that it is about
 * to send to, the watchdog from what it saw to {@link #LOST}. One of the two wins. If it is the watchdog, the walking thread finds out
 * by its next claim, which fails, and the successor goes on behind the last slot that was claimed; so each slot is sent to once, and
 * after the last one, too, one thread alone goes on with the turn.
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
