package dev.roomcast.adapter.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.config.SigningKeys;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Which frames are genuine, and that the others are counted. */
class FrameVerifierTest {

    private static final String CHANNEL = "roomcast.test";
    private static final List<SecretKeySpec> KEYS =
            List.of(new SecretKeySpec("a key".getBytes(StandardCharsets.UTF_8), SigningKeys.ALGORITHM));

    private final Counters counters = new Counters();
    private final DroppedFrames dropped = new DroppedFrames(new VirtualTime(1).execution(), counters);

    @Test
    void withoutAKeyEveryFrameIsGenuine() {
        FrameVerifier verifier = new FrameVerifier(null, dropped);
        assertFalse(verifier.isRequired());
        assertTrue(verifier.isGenuine(CHANNEL, unsigned()));
        assertTrue(verifier.isGenuine(CHANNEL, sealed()));
        assertEquals(0, forged());
    }

    @Test
    void whileSigningBeginsAFrameMayBeUnsignedButNotWronglySigned() {
        FrameMac frameMac = new FrameMac(new SigningKeys(KEYS, false));
        FrameVerifier verifier = new FrameVerifier(frameMac, dropped);
        assertFalse(verifier.isRequired());
        assertTrue(verifier.isGenuine(CHANNEL, unsigned()));
        assertTrue(verifier.isGenuine(CHANNEL, signedBy(frameMac)));
        assertEquals(0, forged());
        assertFalse(verifier.isGenuine(CHANNEL, sealed()));
        assertEquals(1, forged());
    }

    @Test
    void whereSigningIsRequiredAnUnsignedFrameIsForged() {
        FrameMac frameMac = new FrameMac(new SigningKeys(KEYS, true));
        FrameVerifier verifier = new FrameVerifier(frameMac, dropped);
        assertTrue(verifier.isRequired());
        assertTrue(verifier.isGenuine(CHANNEL, signedBy(frameMac)));
        assertFalse(verifier.isGenuine("roomcast.other", signedBy(frameMac)));
        assertFalse(verifier.isGenuine(CHANNEL, unsigned()));
        assertEquals(2, forged());
    }

    private long forged() {
        return counters.of(Counters.FRAMES_FORGED).sum();
    }

    private static byte[] unsigned() {
        return encoded(-1);
    }

    /** With room for a signature, which is not written. */
    private static byte[] sealed() {
        return encoded(7);
    }

    private static byte[] signedBy(FrameMac frameMac) {
        byte[] frame = sealed();
        frameMac.put(CHANNEL, frame);
        return frame;
    }

    private static byte[] encoded(long order) {
        Frame frame = new Frame(1, new Incarnation(1, 2), 5, 6, order, 0, 1, List.of(), null, List.of(new Goodbye()));
        return FrameCodec.encode(frame, null);
    }
}
