package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator.Held;
import dev.roomcast.adapter.engine.receive.Peers;
import java.util.function.Consumer;

/**
 * Admits genuine frames of nodes that live, each once. Where frames must be signed, those of a node that is not verified wait until it is.
 * On the inbox's turn.
 */
final class SenderGate {

    private final FrameVerifier verifier;
    private final PeerAuthenticator authenticator;
    private final Peers peers;
    private final UnverifiedSenders unverified;
    private final DroppedFrames dropped;

    SenderGate(
            FrameVerifier verifier,
            PeerAuthenticator authenticator,
            Peers peers,
            UnverifiedSenders unverified,
            DroppedFrames dropped) {
        this.verifier = verifier;
        this.authenticator = authenticator;
        this.peers = peers;
        this.unverified = unverified;
        this.dropped = dropped;
    }

    /**
     * Admits a frame or not. The sender of a frame that is admitted is alive.
     *
     * @param release takes frames that have waited, if this one verifies their sender
     */
    boolean admits(IncomingFrame frame, Frame header, Consumer<Held> release) {
        boolean isFresh = !verifier.isRequired() || isFresh(frame, header, release);
        if (isFresh) {
            peers.heard(header.from());
        }
        return isFresh;
    }

    private boolean isFresh(IncomingFrame frame, Frame header, Consumer<Held> release) {
        if (authenticator.knows(header.from())) {
            return authenticator.isFresh(header);
        }
        if (peers.hasLeft(header.from())) {
            dropped.replayed();
            return false;
        }
        authenticator.hold(header.from(), frame.held(header.order()));
        if (frame.isBetweenNodes()) {
            unverified.received(header, frame.bytes(), release);
        }
        return false;
    }
}
