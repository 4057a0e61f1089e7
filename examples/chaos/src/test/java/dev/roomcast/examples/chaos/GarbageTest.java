package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GarbageTest {

    private static final int NUMBER = 28;
    private static final int ENOUGH = 10_000;

    private final Random random = new Random(1);
    private final byte[] frame = frame();

    /** A frame with the number 300, which takes two bytes, and 20 more. */
    private byte[] frame() {
        byte[] bytes = new byte[NUMBER + 2 + 20];
        random.nextBytes(bytes);
        byte[] header = {'R', 'C', 1, 2};
        System.arraycopy(header, 0, bytes, 0, header.length);
        bytes[NUMBER] = (byte) 0xAC;
        bytes[NUMBER + 1] = 2;
        return bytes;
    }

    @Test
    void randomBytesAreNoFrame() {
        for (int i = 0; i < ENOUGH; i++) {
            assertFalse(Garbage.isFrame(Garbage.random(i % 100, random)));
        }
        assertTrue(Garbage.isFrame(frame));
    }

    @Test
    void aSpoiltHeaderCannotBeReadUpToTheNumber() {
        for (int i = 0; i < ENOUGH; i++) {
            assertFalse(Garbage.isFrame(Garbage.spoiltHeader(frame, random)));
        }
    }

    @Test
    void whatIsSpoiltBehindTheHeaderKeepsItsSenderStreamAndNumber() {
        int readable = 0;
        for (int i = 0; i < ENOUGH; i++) {
            byte[] copy = Garbage.spoiltAnywhere(frame, random);
            assertFalse(Arrays.equals(frame, copy));
            if (Garbage.isFrame(copy)) {
                readable++;
                assertTrue(copy.length >= NUMBER + 2);
                assertArrayEquals(Arrays.copyOf(frame, NUMBER + 2), Arrays.copyOf(copy, NUMBER + 2));
            }
        }
        assertEquals(0.5, (double) readable / ENOUGH, 0.05);
    }
}
