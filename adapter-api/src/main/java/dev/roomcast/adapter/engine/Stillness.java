package dev.roomcast.adapter.engine;

/** For how long a number has been seen not to change. Used by the watchdog alone. */
final class Stillness {

    private int seen = -1;
    private long nanos;

    /** Returns for how long it has been what it is now, at least. */
    long look(int now, long passed) {
        nanos = now == seen ? nanos + passed : 0;
        seen = now;
        return nanos;
    }
}
