package dev.roomcast.examples.chaos;

import java.util.Arrays;
import java.util.Random;

/**
 * Bytes that are no frame, and copies of frames with something wrong about them; see {@code docs/wire.md}.
 *
 * <p>No copy may be a frame that its sender might have sent, but has not: nobody could tell. That would be one with another sender, stream
 * or number, and on a channel that somebody subscribes just then, one with other messages.
 */
final class Garbage {

    private static final byte[] BEGINNING = {'R', 'C', 1};
    private static final int FLAGS = 3;
    /** Of bits that this version does not know. */
    private static final int[] UNKNOWN_FLAGS = {0x01, 0x04, 0x20, 0x40, 0x80};
    /** Where the number begins. */
    private static final int NUMBER = 28;

    private Garbage() {}

    static byte[] random(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (length > 0 && bytes[0] == BEGINNING[0]) {
            bytes[0]++;
        }
        return bytes;
    }

    /** Whether it looks like a frame that can be read up to its number, at least. */
    static boolean isFrame(byte[] bytes) {
        if (bytes.length <= NUMBER) {
            return false;
        }
        boolean known = Arrays.stream(UNKNOWN_FLAGS).allMatch(flag -> (bytes[FLAGS] & flag) == 0);
        return known && Arrays.equals(bytes, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length);
    }

    /** A copy that ends too soon to have a number, or does not begin as a frame does. */
    static byte[] spoiltHeader(byte[] frame, Random random) {
        if (random.nextBoolean()) {
            return Arrays.copyOf(frame, random.nextInt(NUMBER + 1));
        }
        byte[] copy = frame.clone();
        int at = random.nextInt(FLAGS + 1);
        copy[at] ^= (byte) (at == FLAGS ? UNKNOWN_FLAGS[random.nextInt(UNKNOWN_FLAGS.length)] : 1 << random.nextInt(8));
        return copy;
    }

    /** The same, or a copy of which something behind the number is wrong or lacks. */
    static byte[] spoiltAnywhere(byte[] frame, Random random) {
        int messages = NUMBER;
        while (frame[messages] < 0 && messages < frame.length - 1) {
            messages++;
        }
        messages++;
        if (messages >= frame.length || random.nextBoolean()) {
            return spoiltHeader(frame, random);
        }
        int at = random.nextInt(messages, frame.length);
        if (random.nextBoolean()) {
            return Arrays.copyOf(frame, at);
        }
        byte[] copy = frame.clone();
        copy[at] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }
}
