package dev.roomcast.adapter.engine.runtime;

/** Measures for how long a number has not changed. Used by the watchdog only. */
public final class StallTimer {

    private int seen = -1;
    private long nanos;

    /** Returns for how long it has been what it is now, at least. */
    public long look(int now, long passed) {
        nanos = now == seen ? nanos + passed : 0;
        seen = now;
        return nanos;
    }
}
