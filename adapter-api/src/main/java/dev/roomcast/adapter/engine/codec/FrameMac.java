package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.engine.config.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs frames, and verifies received ones: HMAC-SHA-256, cut to 128 bits, over the name of the channel, which contains
 * prefix and namespace, and over the whole frame before the MAC. Signs on any thread; verifies on the inbox's turn.
 */
public final class FrameMac {

    /** What it takes at the end of a frame. */
    public static final int BYTES = 16;

    private static final int WHOLE = 32;

    private final boolean isRequired;
    private final Mac signing;
    private final List<Mac> accepting;
    private final byte[] expected = new byte[WHOLE];
    /** Under the lock of {@code signing}. */
    private final byte[] signed = new byte[WHOLE];

    public FrameMac(SigningKeys signingKeys) {
        this.isRequired = signingKeys.isRequired();
        this.signing = mac(signingKeys.accepted().get(0));
        this.accepting = signingKeys.accepted().stream().map(FrameMac::mac).toList();
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(SigningKeys.ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + SigningKeys.ALGORITHM, e);
        }
    }

    /** Whether what is not signed is dropped, and who signs has to show that it lives. */
    public boolean isRequired() {
        return isRequired;
    }

    /** Writes the seal into the last bytes of a frame, which are there for it. */
    public void put(String channel, byte[] frame) {
        synchronized (signing) {
            compute(signing, channel, frame, signed);
            System.arraycopy(signed, 0, frame, frame.length - BYTES, BYTES);
        }
    }

    /** Whether a frame that says it is sealed is so by one of the keys, for this channel. */
    public boolean isGenuine(String channel, byte[] frame) {
        for (Mac mac : accepting) {
            compute(mac, channel, frame, expected);
            int different = 0;
            for (int i = 0; i < BYTES; i++) {
                different |= expected[i] ^ frame[frame.length - BYTES + i];
            }
            if (different == 0) {
                return true;
            }
        }
        return false;
    }

    private static void compute(Mac mac, String channel, byte[] frame, byte[] into) {
        try {
            mac.update(channel.getBytes(StandardCharsets.UTF_8));
            // No channel's name has it, so that name and frame cannot be divided in another way.
            mac.update((byte) 0);
            mac.update(frame, 0, frame.length - BYTES);
            mac.doFinal(into, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("there is room for a whole code", e);
        }
    }
}
