package dev.roomcast.adapter.engine.codec;

import java.util.HexFormat;
import java.util.function.LongSupplier;

/** A node's identity: 128 random bits, never used again. */
public record Incarnation(long high, long low) {

    private static final HexFormat HEX = HexFormat.of();

    public static Incarnation random(LongSupplier random) {
        return new Incarnation(random.getAsLong(), random.getAsLong());
    }

    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }
}
