package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.ByteWriter;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes hostile frames of good ones: the same seed makes the same frames of the same corpus. Most of them keep a header that can be read,
 * so that what comes after it is reached.
 */
final class Mutator {

    private static final int MOST_BYTES = 1 << 12;
    private static final byte[] INTERESTING = {0, 1, 2, 3, 15, 16, 17, 0x7F, (byte) 0x80, (byte) 0xFF};
    /** The largest int, one more, the largest long, a negative number, and one that never ends. */
    private static final byte[][] VARINTS = {
        varint(Integer.MAX_VALUE),
        varint(1L << 31),
        varint(Long.MAX_VALUE),
        varint(Long.MIN_VALUE),
        varint(-1),
        varint(1 << 20),
        filled(11, 0x80)
    };

    private final Random random;

    Mutator(long seed) {
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    private static byte[] varint(long value) {
        ByteWriter out = new ByteWriter(10);
        out.varint(value);
        return out.toBytes();
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** What comes after a header: mostly well-formed lengths around bad content, else anything. */
    byte[] body(byte[] body, byte[] other) {
        return random.nextInt(4) == 0 ? bytes(body, other) : content(body, other);
    }

    /** Any bytes of it. */
    byte[] bytes(byte[] whole, byte[] other) {
        byte[] mutated = whole;
        for (int i = random.nextInt(3); i >= 0; i--) {
            mutated = once(mutated, other);
        }
        return mutated.length > MOST_BYTES ? Arrays.copyOf(mutated, MOST_BYTES) : mutated;
    }

    /** Messages are changed, exchanged, doubled and left out, with the right length before each. */
    private byte[] content(byte[] body, byte[] other) {
        List<byte[]> messages = messages(body);
        List<byte[]> others = messages(other);
        if (messages.isEmpty()) {
            messages.add(new byte[] {(byte) random.nextInt(20)});
        }
        int at = random.nextInt(messages.size());
        byte[] foreign = others.isEmpty() ? new byte[0] : others.get(random.nextInt(others.size()));
        switch (random.nextInt(8)) {
            case 0 -> messages.add(at, foreign);
            case 1 -> messages.add(at, messages.get(at));
            case 2 -> messages.set(at, joined(messages.get(at), foreign));
            default -> messages.set(at, bytes(messages.get(at), foreign));
        }
        ByteWriter out = new ByteWriter(body.length + 16);
        for (byte[] message : messages) {
            out.varint(message.length);
            out.raw(message, message.length);
        }
        return out.size() > MOST_BYTES ? Arrays.copyOf(out.toBytes(), MOST_BYTES) : out.toBytes();
    }

    /** The beginning of the one and the end of the other. */
    private byte[] joined(byte[] one, byte[] other) {
        int cut = one.length == 0 ? 0 : random.nextInt(one.length);
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return replaced(one, cut, one.length - cut, Arrays.copyOfRange(other, from, other.length));
    }

    private static List<byte[]> messages(byte[] body) {
        List<byte[]> messages = new ArrayList<>();
        ByteReader in = new ByteReader(body);
        try {
            while (in.hasMore()) {
                ByteReader message = in.sized();
                byte[] content = new byte[message.remaining()];
                message.rest().get(content);
                messages.add(content);
            }
        } catch (MalformedFrameException e) {
            // What could be told apart is enough.
            return messages;
        }
        return messages;
    }

    private byte[] once(byte[] bytes, byte[] other) {
        int length = bytes.length;
        int at = length == 0 ? 0 : random.nextInt(length);
        switch (random.nextInt(10)) {
            case 0:
                return Arrays.copyOf(bytes, at);
            case 1:
                return replaced(bytes, at, 0, random(1 + random.nextInt(8)));
            case 2:
                return replaced(bytes, at, Math.min(length - at, 1 + random.nextInt(8)), new byte[0]);
            case 3:
                return replaced(bytes, at, Math.min(1, length - at), VARINTS[random.nextInt(VARINTS.length)]);
            case 4:
                return replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + random.nextInt(length - at + 1)));
            case 5:
                return joined(bytes, other);
            default:
                return poked(bytes, at);
        }
    }

    private byte[] poked(byte[] bytes, int at) {
        if (bytes.length == 0) {
            return random(1);
        }
        byte[] poked = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> poked[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> poked[at] = (byte) random.nextInt(256);
            case 2 -> poked[at] = INTERESTING[random.nextInt(INTERESTING.length)];
            default -> poked[at] += (byte) (random.nextBoolean() ? 1 : -1);
        }
        return poked;
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        byte[] result = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
        return result;
    }
}
