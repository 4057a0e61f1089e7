package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import dev.roomcast.adapter.engine.codec.Message.ResendLastSequences;
import dev.roomcast.adapter.engine.receive.LastSequencesReaders;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.Peers;
import java.time.Duration;

/** Takes reports and requests of other nodes about the numbers of frames. On the inbox's turn. */
final class ReceivedSequences {

    private final Peers peers;
    private final LossDetector lossDetector;
    private final LastSequencesReaders readers;
    private final LastSequenceSender ownSequences;
    private final MessageSender sender;
    private final ProtocolSchedule schedule;

    ReceivedSequences(
            Peers peers,
            LossDetector lossDetector,
            LastSequencesReaders readers,
            LastSequenceSender ownSequences,
            MessageSender sender,
            ProtocolSchedule schedule) {
        this.peers = peers;
        this.lossDetector = lossDetector;
        this.readers = readers;
        this.ownSequences = ownSequences;
        this.sender = sender;
        this.schedule = schedule;
    }

    void lastSequences(Incarnation from, LastSequences last) {
        if (!peers.isKnown(from)) {
            readers.unknownReads(from);
            return;
        }
        readers.reads(from);
        if (!sender.isLeftOut()) {
            lossDetector.told(from, last.numbers());
        }
    }

    void lastSequenceRequest(Incarnation from, LastSequenceRequest request) {
        if (peers.isKnown(from) && sender.refusal() == null) {
            ownSequences.resend(request.streams());
        }
    }

    /** The request was under way for a while: this node resends what it has sent since a little before. */
    void resendLastSequences(Incarnation from, ResendLastSequences request) {
        if (peers.isKnown(from)) {
            ownSequences.resendSince(
                    schedule.now() - Duration.ofMillis(request.millis()).toNanos());
        }
    }

    /** A node ends: nothing more of it is awaited. */
    void goodbye(Incarnation from) {
        lossDetector.left(from);
        peers.left(from);
    }
}
