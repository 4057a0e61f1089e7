package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator.Held;
import dev.roomcast.adapter.engine.runtime.Failures;

/** Takes all frames: separates this node's own from those of other nodes, and reads the headers of those. On the inbox's turn. */
final class FrameReceiver {

    private final LocalIdentity identity;
    private final FrameVerifier verifier;
    private final SenderGate gate;
    private final OwnFrames ownFrames;
    private final MessageReceiver messages;
    private final DroppedFrames dropped;
    private boolean closed;

    FrameReceiver(
            LocalIdentity identity,
            FrameVerifier verifier,
            SenderGate gate,
            OwnFrames ownFrames,
            MessageReceiver messages,
            DroppedFrames dropped) {
        this.identity = identity;
        this.verifier = verifier;
        this.gate = gate;
        this.ownFrames = ownFrames;
        this.messages = messages;
        this.dropped = dropped;
    }

    /** Whether a frame begins as this node's own do. */
    boolean isOwn(byte[] bytes) {
        return FrameCodec.isFrom(identity.incarnation(), bytes);
    }

    /** Whether a frame is of a sender that has a key, if that is asked for. */
    boolean isGenuine(String channel, byte[] bytes) {
        return verifier.isGenuine(channel, bytes);
    }

    /** A frame came. One of this node's own is not verified here: on the channels of rooms nothing depends on it. */
    void received(IncomingFrame frame) {
        if (closed) {
            return;
        }
        if (isOwn(frame.bytes())) {
            ownFrames.received(frame);
        } else if (verifier.isGenuine(frame.channel(), frame.bytes())) {
            read(frame);
        }
    }

    private void read(IncomingFrame frame) {
        ByteReader in = FrameCodec.reader(frame.bytes());
        try {
            Frame header = FrameCodec.header(in, identity.versions());
            if (gate.admits(frame, header, this::release)) {
                messages.received(frame, header, in);
            }
        } catch (MalformedFrameException e) {
            dropped.malformed();
        } catch (UnsupportedVersionException e) {
            if (gate.admits(frame, e.outline(), this::release)) {
                messages.notUnderstood(frame, e.outline(), Failures.text(e));
            }
        }
    }

    private void release(Held held) {
        read(IncomingFrame.of(held));
    }

    /** Takes nothing from now on. */
    void close() {
        closed = true;
    }
}
