package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Receipt;
import dev.roomcast.adapter.engine.codec.Message.Unreceived;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;

/** Takes reports of other nodes about which nodes they receive. On the inbox's turn. */
final class ReceiptExchange {

    private final ReceiptMonitor receipts;
    private final Peers peers;
    private final LossDetector lossDetector;
    private final MessageSender sender;
    private final ProtocolSchedule schedule;

    ReceiptExchange(
            ReceiptMonitor receipts,
            Peers peers,
            LossDetector lossDetector,
            MessageSender sender,
            ProtocolSchedule schedule) {
        this.receipts = receipts;
        this.peers = peers;
        this.lossDetector = lossDetector;
        this.sender = sender;
        this.schedule = schedule;
    }

    /** A heartbeat has a hash of the nodes that its sender receives. It counts if that node takes part as this one does. */
    void heartbeat(Incarnation from, Heartbeat heartbeat) {
        peers.known(from)
                .filter(known -> known.status() == Status.ALIVE && !sender.isLeftOut())
                .ifPresent(known -> receipts.heartbeat(from, heartbeat.received()));
    }

    void receiptRequest(Incarnation from) {
        if (peers.isKnown(from)) {
            sender.sendTo(from, new Receipt());
        }
    }

    void receipt(Incarnation from) {
        receipts.received(from);
    }

    /** A node was not received for a while: what it has published meanwhile is reported as a possible loss, if it is one here. */
    void unreceived(Incarnation from, Unreceived unreceived) {
        long reported = schedule.now() - Duration.ofMillis(unreceived.millis()).toNanos();
        long since = Execution.later(reported, lossDetector.begunAt());
        if (peers.mayHaveMissed(from, since, schedule.timing().heartbeat())) {
            lossDetector.missed(from, since);
        }
    }
}
