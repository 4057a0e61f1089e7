package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.publish.PublishChannels;
import dev.roomcast.adapter.engine.publish.Publisher;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Publishes messages between nodes: to all of them or to one. On any thread. */
final class MessageSender {

    private static final int LARGEST_PART = 1 << 18;

    private final Publisher publisher;
    private final PublishChannels channels;
    private final MeetingState meeting;
    private final ProtocolSchedule schedule;
    private final ControlChannels controls;
    private final IntSupplier maxFrameBytes;

    /** @param maxFrameBytes the largest frame that the transport moves */
    MessageSender(
            Publisher publisher,
            PublishChannels channels,
            MeetingState meeting,
            ProtocolSchedule schedule,
            ControlChannels controls,
            IntSupplier maxFrameBytes) {
        this.publisher = publisher;
        this.channels = channels;
        this.meeting = meeting;
        this.schedule = schedule;
        this.controls = controls;
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Whether the broker takes frames just now. */
    boolean canPublish() {
        return publisher.down() == null;
    }

    /** Why no other node can be reached, or null: the broker takes no frames, or the others do not understand this node. */
    @Nullable
    Throwable refusal() {
        Throwable down = publisher.down();
        return down == null && meeting.isLeftOut() ? meeting.whyLeftOut() : down;
    }

    /** Whether the others do not understand this node. */
    boolean isLeftOut() {
        return meeting.isLeftOut();
    }

    PublishChannel namespace() {
        return channels.namespace();
    }

    PublishChannel node(Incarnation node) {
        return channels.node(node);
    }

    /** Sends to all nodes, if the broker takes frames. */
    void sendToAll(Message message) {
        if (canPublish()) {
            publishToAll(message);
        }
    }

    /** Sends to one node, if the broker takes frames. */
    void sendTo(Incarnation node, Message message) {
        if (canPublish()) {
            publish(channels.node(node), message);
        }
    }

    /** As the other one, on the inbox's turn, unless this node has closed by then. */
    void sendLaterTo(Incarnation node, Message message) {
        schedule.run(() -> {
            if (!schedule.isClosed()) {
                sendTo(node, message);
            }
        });
    }

    /** Publishes to all nodes, and awaits that it comes back to this one. */
    CompletionStage<?> publishToAll(Message message) {
        // It may come back before this returns.
        long before = schedule.now();
        CompletionStage<?> published = publish(channels.namespace(), message);
        expectBack(before, published);
        return published;
    }

    /** What was published to all nodes must come back to this one. */
    void expectBack(long sent, CompletionStage<?> published) {
        controls.namespace().expectBack(sent, published);
    }

    /** Publishes; the stage completes when the broker has it. */
    CompletionStage<?> publish(PublishChannel channel, Message message) {
        return publisher.send(channel, message);
    }

    /** Runs a task on the inbox's turn if something could not be published. */
    void ifNotPublished(CompletionStage<?> published, Runnable task) {
        published.whenComplete((done, failure) -> {
            if (failure != null) {
                schedule.run(task);
            }
        });
    }

    /** How many bytes one message of a long answer may take. */
    int frameBudget() {
        return frameBudget(maxFrameBytes.getAsInt());
    }

    /** As the other one: so many bytes fit into a frame, and do not hold up others for long. */
    static int frameBudget(int maxFrameBytes) {
        return Math.min(maxFrameBytes, LARGEST_PART) - 3 * FrameCodec.HEADER_BYTES;
    }
}
