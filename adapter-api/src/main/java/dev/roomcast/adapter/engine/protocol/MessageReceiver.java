package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.Peers;
import java.util.List;

/**
 * Takes the messages out of frames of other nodes, as far as this node can read and deliver them. The loss detector takes the number
 * of each frame, and frames that it has seen are passed over. On the inbox's turn.
 */
final class MessageReceiver {

    private final Versions versions;
    private final Peers peers;
    private final LossDetector lossDetector;
    private final LocalNode local;
    private final DroppedFrames dropped;
    private final Message.Visitor<Incarnation> dispatcher;

    /**
     * Of a node that reads these versions.
     *
     * @param dispatcher does what each message asks for; its context is the sender
     */
    MessageReceiver(
            Versions versions,
            Peers peers,
            LossDetector lossDetector,
            LocalNode local,
            DroppedFrames dropped,
            Message.Visitor<Incarnation> dispatcher) {
        this.versions = versions;
        this.peers = peers;
        this.lossDetector = lossDetector;
        this.local = local;
        this.dropped = dropped;
        this.dispatcher = dispatcher;
    }

    /**
     * Takes the messages of a frame.
     *
     * @param in stands where the header ended
     */
    void received(IncomingFrame frame, Frame header, ByteReader in) {
        if (!versions.include(header.version())) {
            takeIntroductions(frame, header, in);
        } else if (local.isFull()) {
            takeUndelivered(frame, header, in);
        } else if (lossDetector.takes(frame.channel(), header, frame.cameAt()) && concerns(header)) {
            // The number counts also if what follows cannot be read.
            dispatch(frame, header, FrameCodec.messages(in, header, frame.channelTarget()));
        }
    }

    /**
     * Too much waits to be delivered: packets are dropped here and reported as lost. Messages between nodes are taken all the same.
     */
    private void takeUndelivered(IncomingFrame frame, Frame header, ByteReader in) {
        List<Message> messages = FrameCodec.messages(in, header, frame.channelTarget());
        List<Message> taken =
                messages.stream().filter(message -> !message.isDelivered()).toList();
        int lost = messages.size() - taken.size();
        boolean isWhole = lost == 0 || !concerns(header);
        boolean isNews = isWhole
                ? lossDetector.takes(frame.channel(), header, frame.cameAt())
                : lossDetector.takesUnread(frame.channel(), header, frame.cameAt());
        if (isNews && !isWhole) {
            dropped.undelivered(lost);
        }
        if (isNews) {
            dispatch(frame, header, taken);
        }
    }

    /** Of a frame in the first version of the wire, which is not this node's: it is about nodes, or is lost here. */
    private void takeIntroductions(IncomingFrame frame, Frame header, ByteReader in) {
        List<Message> messages = FrameCodec.messages(in, header, frame.channelTarget());
        List<Message> introductions =
                messages.stream().filter(Message::isIntroduction).toList();
        boolean isWhole = header.isTail() || !messages.isEmpty() && introductions.size() == messages.size();
        boolean isNews = isWhole
                ? lossDetector.takes(frame.channel(), header, frame.cameAt())
                : notUnderstood(
                        frame,
                        header,
                        "node " + header.from() + " sends version " + header.version() + ", and this node reads "
                                + versions);
        if (isNews) {
            dispatch(frame, header, introductions);
        }
    }

    /**
     * A frame cannot be read. It is reported as lost if its sender has introduced itself, and not if the sender is unknown.
     *
     * @return whether the frame came for the first time
     */
    boolean notUnderstood(IncomingFrame frame, Frame outline, String why) {
        dropped.notUnderstood(why);
        return peers.isKnown(outline.from())
                ? lossDetector.takesUnread(frame.channel(), outline, frame.cameAt())
                : lossDetector.takes(frame.channel(), outline, frame.cameAt());
    }

    private void dispatch(IncomingFrame frame, Frame header, List<Message> messages) {
        if (frame.isBetweenNodes() && messages.stream().anyMatch(Message::isBeat)) {
            lossDetector.beat(header, frame.readAt());
        }
        messages.forEach(message -> message.accept(dispatcher, header.from()));
    }

    /** Whether one of the names that the header selects is here: if not, nothing more of the frame is decoded. */
    private boolean concerns(Frame header) {
        int[] hashes = header.hashes();
        boolean isConcerned = hashes == null || local.index().hasAny(hashes);
        if (!isConcerned) {
            dropped.passedOver();
        }
        return isConcerned;
    }
}
