package dev.roomcast.adapter.engine;

import java.util.function.LongSupplier;

/** A node's identity: 128 random bits, never used again. */
record Incarnation(long high, long low) {

    static Incarnation random(LongSupplier random) {
        return new Incarnation(random.getAsLong(), random.getAsLong());
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
