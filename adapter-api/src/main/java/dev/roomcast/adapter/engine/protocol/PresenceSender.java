package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.publish.DueLastSequences;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import java.util.function.Consumer;

/** Sends to other nodes what concerns presence, each on its own channel. On the inbox's turn. */
final class PresenceSender {

    private final SelfIntroduction introduction;
    private final MessageSender sender;
    private final DueLastSequences dueLastSequences;
    private final ProtocolSchedule schedule;
    private final Consumer<Incarnation> onMissed;

    /** @param onMissed takes a node to which something could not be sent; on the inbox's turn */
    PresenceSender(
            SelfIntroduction introduction,
            MessageSender sender,
            DueLastSequences dueLastSequences,
            ProtocolSchedule schedule,
            Consumer<Incarnation> onMissed) {
        this.introduction = introduction;
        this.sender = sender;
        this.dueLastSequences = dueLastSequences;
        this.schedule = schedule;
        this.onMissed = onMissed;
    }

    void send(Incarnation to, Message message) {
        if (sender.refusal() != null) {
            onMissed.accept(to);
            return;
        }
        PublishChannel channel = sender.node(to);
        introduction.publish(channel, message).whenComplete((done, failure) -> {
            // A change that is lost shows by its last number, if nothing else follows; one without a number, by
            // nothing.
            dueLastSequences.left(channel);
            if (failure != null) {
                schedule.run(() -> onMissed.accept(to));
            }
        });
    }
}
