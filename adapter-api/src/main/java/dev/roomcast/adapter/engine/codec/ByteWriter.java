package dev.roomcast.adapter.engine.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** Writes the primitives of the wire (docs/wire.md): big-endian integers, varints, and texts in UTF-8 with their length. */
public final class ByteWriter {

    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    void u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void u32(int value) {
        room(Integer.BYTES);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void u64(long value) {
        u32((int) (value >>> Integer.SIZE));
        u32((int) value);
    }

    public void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        raw(utf8, utf8.length);
    }

    void texts(Collection<String> texts) {
        varint(texts.size());
        texts.forEach(this::text);
    }

    void incarnation(Incarnation incarnation) {
        u64(incarnation.high());
        u64(incarnation.low());
    }

    public void raw(byte[] source, int length) {
        room(length);
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
    }

    void raw(ByteBuffer source) {
        int length = source.remaining();
        room(length);
        source.get(bytes, size, length);
        size += length;
    }

    /** Writes what another writer holds, with its length. */
    public void sized(ByteWriter content) {
        varint(content.size);
        raw(content.bytes, content.size);
    }

    public byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
