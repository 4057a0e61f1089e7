package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ByteWriter;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.spi.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A frame to be published, with the stages of all messages in it. */
final class PublishFrame implements Outgoing {

    private final Publisher publisher;
    private final PublishChannel channel;
    private final int version;
    private final long number;
    private final List<HeartbeatMark> marks;
    private final long order;
    private final List<Message> messages = new ArrayList<>(1);
    private final List<Publisher.Sent> stages = new ArrayList<>(1);
    /** Set before the transport has it. */
    private Publisher.@Nullable Pass pass;

    private final AtomicBoolean answered = new AtomicBoolean();
    /** The messages encoded, from the moment at which their size matters, or the frame is asked for. */
    private final List<ByteWriter> encoded = new ArrayList<>(1);

    private long size = (long) FrameCodec.HEADER_BYTES + Integer.BYTES * Frame.MOST_HASHES;

    PublishFrame(Publisher publisher, PublishChannel channel, Publisher.Waiting first) {
        this.publisher = publisher;
        this.channel = channel;
        this.version = channel.frameWriter().versionOf(first.message());
        this.number = first.message() instanceof LastSequence ? channel.beginTail() : channel.beginFrame();
        this.marks = channel.marks();
        this.order = channel.frameWriter().next();
        add(first);
    }

    /** Takes one more message, if the frame stays small enough. */
    boolean tryAdd(Publisher.Waiting more, int maxBytes) {
        if (isTail()
                || more.message() instanceof LastSequence
                || channel.frameWriter().versionOf(more.message()) != version) {
            return false;
        }
        encode();
        ByteWriter content = FrameCodec.encode(more.message(), channel.target());
        if (size + FrameCodec.sizedBytes(content) > maxBytes) {
            return false;
        }
        append(content);
        add(more);
        return true;
    }

    private void encode() {
        for (int i = encoded.size(); i < messages.size(); i++) {
            append(FrameCodec.encode(messages.get(i), channel.target()));
        }
    }

    private void append(ByteWriter content) {
        encoded.add(content);
        size += FrameCodec.sizedBytes(content);
    }

    void leaveWith(Publisher.Pass all) {
        pass = all;
    }

    private void add(Publisher.Waiting waiting) {
        publisher.leaves(waiting);
        messages.add(waiting.message());
        if (waiting.message().isBeat()) {
            channel.beat();
        }
        stages.add(waiting.stage());
    }

    private boolean isTail() {
        return messages.get(0) instanceof LastSequence;
    }

    @Override
    public String channel() {
        return channel.name();
    }

    @Override
    public byte[] bytes() {
        encode();
        Frame frame =
                new Frame(version, channel.from(), channel.stream(), number, order, 0, 1, marks, hashes(), messages);
        return channel.frameWriter().sealed(channel.name(), FrameCodec.frame(frame, encoded));
    }

    /** Hashes of all that is selected, or null if a node can be concerned without having any of it. */
    private int @Nullable [] hashes() {
        if (channel.target() != null) {
            return null;
        }
        List<Integer> hashes = new ArrayList<>();
        for (Message message : messages) {
            if (!(message instanceof Broadcast broadcast) || broadcast.target().isEveryone()) {
                return null;
            }
            Target target = broadcast.target();
            target.roomNames().forEach(name -> hashes.add(name.hashCode()));
            target.memberIds().forEach(id -> hashes.add(id.hashCode()));
            target.userIds().forEach(id -> hashes.add(id.hashCode()));
        }
        return hashes.size() > Frame.MOST_HASHES
                ? null
                : hashes.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public void accepted() {
        left();
        answer(null);
    }

    @Override
    public void notSent(Throwable why) {
        // Its number is used up: that it is missing is to be known soon, and not when the next frame comes.
        left();
        answer(Failures.notSent(channel.name(), why));
    }

    @Override
    public void unknown(Throwable why) {
        left();
        answer(Failures.unknown(channel.name(), why));
    }

    /** A tail has no number of its own. */
    private void left() {
        if (!isTail()) {
            channel.left(number);
        }
    }

    boolean isAnswered() {
        return answered.get();
    }

    boolean isFrom(Incarnation node) {
        return channel.from().equals(node);
    }

    void abandoned() {
        answer(Failures.closed());
    }

    private void answer(@Nullable AdapterException failure) {
        if (answered.compareAndSet(false, true)) {
            channel.endFrame();
            channel.answered(stages.size());
            publisher.answered(Objects.requireNonNull(pass, "answered before it left"), stages, failure);
        }
    }
}
