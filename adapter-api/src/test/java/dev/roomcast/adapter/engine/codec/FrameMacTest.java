package dev.roomcast.adapter.engine.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.config.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class FrameMacTest {

    private static final String CHANNEL = "roomcast._2F.room.r";

    private final byte[] frame = new byte[100];

    @Test
    void aFrameIsGenuineOnItsChannelUnderOneOfTheKeys() {
        of("one").put(CHANNEL, frame);
        assertTrue(of("one").isGenuine(CHANNEL, frame));
        assertTrue(of("other", "one").isGenuine(CHANNEL, frame));
        assertFalse(of("other").isGenuine(CHANNEL, frame));
        assertFalse(of("one").isGenuine(CHANNEL + "s", frame));
    }

    @Test
    void everyBitCounts() {
        of("one").put(CHANNEL, frame);
        FrameMac frameMac = of("one");
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(frameMac.isGenuine(CHANNEL, flipped), "bit " + bit);
        }
        assertTrue(frameMac.isGenuine(CHANNEL, frame));
    }

    /** As docs/wire.md says it, so that it can be told from the description alone. */
    @Test
    void theSealIsTheBeginningOfTheCodeOverChannelZeroAndFrame() throws Exception {
        of("one", "other").put(CHANNEL, frame);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("one".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((CHANNEL + "\0").getBytes(StandardCharsets.UTF_8));
        mac.update(frame, 0, 84);
        assertArrayEquals(Arrays.copyOf(mac.doFinal(), 16), Arrays.copyOfRange(frame, 84, 100));
        assertEquals(16, FrameMac.BYTES);
    }

    private static FrameMac of(String... keys) {
        List<SecretKeySpec> accepted = Arrays.stream(keys)
                .map(key -> new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), SigningKeys.ALGORITHM))
                .toList();
        return new FrameMac(new SigningKeys(accepted, true));
    }
}
