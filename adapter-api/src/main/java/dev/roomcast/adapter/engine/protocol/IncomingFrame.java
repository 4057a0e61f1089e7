package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator;
import org.jspecify.annotations.Nullable;

/**
 * A frame as it came. Moments are those of the monotonic clock.
 *
 * @param channelTarget the room or user of the channel; null on a channel between nodes
 * @param cameAt when it came, at the earliest
 * @param readAt when it came, at the latest
 */
record IncomingFrame(String channel, byte[] bytes, @Nullable Target channelTarget, long cameAt, long readAt) {

    /** A frame that has waited until its sender was verified. */
    static IncomingFrame of(PeerAuthenticator.Held held) {
        return new IncomingFrame(held.channel(), held.bytes(), held.target(), held.cameAt(), held.cameAt());
    }

    /** Its place among all frames of its sender, to wait with. */
    PeerAuthenticator.Held held(long order) {
        return new PeerAuthenticator.Held(channel, order, cameAt, bytes, channelTarget);
    }

    /** Whether it came on a channel between nodes. */
    boolean isBetweenNodes() {
        return channelTarget == null;
    }
}
