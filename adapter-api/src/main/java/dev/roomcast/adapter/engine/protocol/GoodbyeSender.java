package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.publish.PublishChannels;
import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Announces to the other nodes that this one ends, behind all that it has published. On the inbox's turn, once. */
final class GoodbyeSender {

    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Publisher publisher;
    private final OutageGate gate;
    private final PublishChannels channels;
    private final LastSequenceSender sequences;
    private final ReceiptMonitor receipts;
    private final ProtocolSchedule schedule;

    GoodbyeSender(
            Publisher publisher,
            OutageGate gate,
            PublishChannels channels,
            LastSequenceSender sequences,
            ReceiptMonitor receipts,
            ProtocolSchedule schedule) {
        this.publisher = publisher;
        this.gate = gate;
        this.channels = channels;
        this.sequences = sequences;
        this.receipts = receipts;
        this.schedule = schedule;
    }

    /** Sends it; the stage completes when it has left, or after a bounded time. */
    CompletionStage<?> send() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        if (publisher.down() == null) {
            // Behind all that was sent before, which has a frame once this has left.
            publisher
                    .send(channels.namespace(), new Probe(), gate)
                    .whenComplete((done, failure) -> schedule.run(() -> sendLast(left)));
            schedule.execution().scheduler().after(LONGEST, () -> left.complete(null));
        } else {
            left.complete(null);
        }
        return left;
    }

    /** With all by which others detect what they missed: after the goodbye they would never know. */
    private void sendLast(CompletableFuture<Void> left) {
        sequences.sendAll(channels.inFlight());
        receipts.ends();
        publisher.send(channels.namespace(), new Goodbye()).whenComplete((done, failure) -> left.complete(null));
    }
}
