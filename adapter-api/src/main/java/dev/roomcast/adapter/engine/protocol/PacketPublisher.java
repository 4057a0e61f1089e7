package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.util.concurrent.CompletionStage;

/** Publishes the application's packets, and fails them if other nodes may not receive them. On any thread. */
final class PacketPublisher {

    private final Publisher publisher;
    private final OutageGate gate;
    private final MeetingState meeting;
    private final ReceiptMonitor receipts;
    private final Counters counters;
    private final Stages stages;

    PacketPublisher(
            Publisher publisher,
            OutageGate gate,
            MeetingState meeting,
            ReceiptMonitor receipts,
            Counters counters,
            Stages stages) {
        this.publisher = publisher;
        this.gate = gate;
        this.meeting = meeting;
        this.receipts = receipts;
        this.counters = counters;
        this.stages = stages;
    }

    /**
     * Publishes a packet; one that the broker does not take just now may wait.
     *
     * @return completes when the broker has it; fails if it was not sent, or if other nodes may not receive it
     */
    CompletionStage<Published> publish(PublishChannel channel, Message message) {
        receipts.publishes();
        if (!meeting.isLeftOut()) {
            String unreceived = receipts.trouble();
            CompletionStage<Published> sent = publisher.send(channel, message, gate);
            return unreceived == null ? sent : asUnknown(channel, sent, unreceived);
        }
        GuardedStage<Published> stage = new GuardedStage<>();
        counters.add(Counters.MESSAGES_NOT_SENT);
        stages.fail(stage, Failures.notSent(channel.name(), meeting.whyLeftOut()));
        return stage;
    }

    /** The broker has a packet, which means nothing while it does not hand it to all nodes. */
    private CompletionStage<Published> asUnknown(PublishChannel channel, CompletionStage<Published> sent, String why) {
        GuardedStage<Published> stage = new GuardedStage<>();
        sent.whenComplete((done, failure) -> {
            if (failure == null) {
                counters.add(Counters.MESSAGES_UNKNOWN);
                stages.fail(stage, Failures.unreceived(channel.name(), why));
            } else {
                stage.fail(failure);
            }
        });
        return stage;
    }
}
