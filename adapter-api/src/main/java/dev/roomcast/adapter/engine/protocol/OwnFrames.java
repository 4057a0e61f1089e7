package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import java.util.List;

/**
 * Takes this node's own frames, which come back on every channel that it receives. Only their coming matters, and that of a hello; this is
 * also where packets will be delivered whose order is the broker's and not the sender's. On the inbox's turn.
 */
final class OwnFrames {

    private final Versions versions;
    private final LinkProbes linkProbes;
    private final HelloRounds rounds;
    private final DroppedFrames dropped;

    OwnFrames(Versions versions, LinkProbes linkProbes, HelloRounds rounds, DroppedFrames dropped) {
        this.versions = versions;
        this.linkProbes = linkProbes;
        this.rounds = rounds;
        this.dropped = dropped;
    }

    void received(IncomingFrame frame) {
        linkProbes.came(frame.channel());
        if (!rounds.awaitsEcho() || !frame.isBetweenNodes()) {
            return;
        }
        for (Message message : messages(frame.bytes())) {
            if (message instanceof Hello hello) {
                rounds.cameBack(hello);
            }
        }
    }

    private List<Message> messages(byte[] bytes) {
        try {
            return FrameCodec.decode(bytes, null, versions).messages();
        } catch (MalformedFrameException | UnsupportedVersionException e) {
            // Somebody imitates this node, and not well.
            dropped.malformed();
            return List.of();
        }
    }
}
