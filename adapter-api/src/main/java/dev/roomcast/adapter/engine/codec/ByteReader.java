package dev.roomcast.adapter.engine.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the primitives of the wire from untrusted bytes. Invalid bytes cause a {@link MalformedFrameException}, and it
 * allocates no more than the frame's own size can fill.
 */
public final class ByteReader {

    private final byte[] bytes;
    private int at;
    private final int end;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads so many of the bytes. */
    ByteReader(byte[] bytes, int end) {
        this(bytes, 0, end);
    }

    private ByteReader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    public boolean hasMore() {
        return at < end;
    }

    public int remaining() {
        return end - at;
    }

    int u8() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    int u32() {
        return u8() << 24 | u8() << 16 | u8() << 8 | u8();
    }

    long u64() {
        return (long) u32() << Integer.SIZE | u32() & 0xFFFFFFFFL;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new MalformedFrameException("a number of more than ten bytes");
    }

    /** A varint that is neither negative nor larger than an int. */
    int number() {
        long number = varint();
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new MalformedFrameException("a number out of range");
        }
        return (int) number;
    }

    /** A count of things of which each takes at least so many bytes. */
    int count(int leastBytesEach) {
        long count = varint();
        if (count < 0 || count > remaining() / leastBytesEach) {
            throw new MalformedFrameException("a count that exceeds the frame");
        }
        return (int) count;
    }

    String text() {
        int length = count(1);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    Set<String> texts() {
        int count = count(1);
        if (count <= 1) {
            return count == 0 ? Set.of() : Set.of(text());
        }
        // Each of them takes a byte at least, and most take more.
        Set<String> texts = new HashSet<>(Math.min(2 * count, 16));
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return texts;
    }

    Incarnation incarnation() {
        return new Incarnation(u64(), u64());
    }

    /** The part that another reader is to read, with its length before it. */
    public ByteReader sized() {
        int length = count(1);
        ByteReader part = new ByteReader(bytes, at, at + length);
        at += length;
        return part;
    }

    public ByteBuffer rest() {
        ByteBuffer rest = ByteBuffer.wrap(bytes, at, remaining());
        at = end;
        return rest;
    }

    private void need(int count) {
        if (remaining() < count) {
            throw new MalformedFrameException("the frame ends too early");
        }
    }
}
