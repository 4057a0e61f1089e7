package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameMac;
import org.jspecify.annotations.Nullable;

/** Checks that frames are signed with a key of this node, if that is asked for. On the inbox's turn. */
final class FrameVerifier {

    private final @Nullable FrameMac frameMac;
    private final DroppedFrames dropped;

    /** @param frameMac null if nothing is signed */
    FrameVerifier(@Nullable FrameMac frameMac, DroppedFrames dropped) {
        this.frameMac = frameMac;
        this.dropped = dropped;
    }

    /** Whether all frames must be signed. */
    boolean isRequired() {
        return frameMac != null && frameMac.isRequired();
    }

    /** Whether a frame is of a sender that has a key. If it is not, it is counted. */
    boolean isGenuine(String channel, byte[] bytes) {
        if (frameMac == null) {
            return true;
        }
        boolean isGenuine = FrameCodec.isSealed(bytes) ? frameMac.isGenuine(channel, bytes) : !frameMac.isRequired();
        if (!isGenuine) {
            dropped.forged(channel);
        }
        return isGenuine;
    }
}
