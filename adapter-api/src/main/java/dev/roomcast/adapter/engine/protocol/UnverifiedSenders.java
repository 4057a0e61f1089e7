package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Proof;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator.Held;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import java.util.List;
import java.util.function.Consumer;

/** Reads from frames of unverified nodes only what makes them verified, or this node for them. On the inbox's turn. */
final class UnverifiedSenders {

    private final Versions versions;
    private final PeerAuthenticator authenticator;
    private final Peers peers;
    private final LossDetector lossDetector;
    private final ReceiptMonitor receipts;
    private final SelfIntroduction self;

    /** @param versions that this node reads */
    UnverifiedSenders(
            Versions versions,
            PeerAuthenticator authenticator,
            Peers peers,
            LossDetector lossDetector,
            ReceiptMonitor receipts,
            SelfIntroduction self) {
        this.versions = versions;
        this.authenticator = authenticator;
        this.peers = peers;
        this.lossDetector = lossDetector;
        this.receipts = receipts;
        this.self = self;
    }

    /**
     * A frame of an unverified node came on a channel between nodes.
     *
     * @param release takes the frames that have waited, if the node is verified now
     */
    void received(Frame header, byte[] bytes, Consumer<Held> release) {
        for (Message message : messages(bytes)) {
            if (message instanceof Hello) {
                authenticator.ask(header.from());
            } else if (message instanceof Challenge challenge) {
                self.answer(header.from(), challenge);
            } else if (message instanceof Proof proof) {
                proven(header.from(), proof, release);
            } else if (message instanceof Heartbeat heartbeat
                    && heartbeat.received().isPresent()) {
                receipts.unverified(header.from(), header.order());
            }
        }
    }

    private void proven(Incarnation from, Proof proof, Consumer<Held> release) {
        authenticator
                .signed(from, proof.number(), proof.departures(), lossDetector.begunAt())
                .forEach(release);
        if (authenticator.knows(from)) {
            peers.lives(from);
        }
    }

    private List<Message> messages(byte[] bytes) {
        try {
            return FrameCodec.decode(bytes, null, versions).messages();
        } catch (MalformedFrameException | UnsupportedVersionException e) {
            // Looked at, and counted, once its sender is known.
            return List.of();
        }
    }
}
