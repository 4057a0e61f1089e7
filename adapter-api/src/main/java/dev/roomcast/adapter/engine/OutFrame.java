package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.cluster.Outgoing;
import dev.roomcast.adapter.engine.Message.Broadcast;
import dev.roomcast.adapter.engine.Message.Tail;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A frame on its way out, with the stages of all messages in it. */
final class OutFrame implements Outgoing {

    private final Drain drain;
    private final OutChannel channel;
    private final int version;
    private final long number;
    private final List<Mark> marks;
    private final long order;
    private final List<Message> messages = new ArrayList<>(1);
    private final List<CompletableFuture<Void>> stages = new ArrayList<>(1);
    /** Set before the transport has it. */
    private Drain.@Nullable Pass pass;

    private final AtomicBoolean answered = new AtomicBoolean();
    /** The messages encoded, from the moment at which their size matters, or the frame is asked for. */
    private final List<ByteWriter> encoded = new ArrayList<>(1);

    private long size = (long) Codec.HEADER_BYTES + Integer.BYTES * Frame.MOST_HASHES;

    OutFrame(Drain drain, OutChannel channel, Drain.Waiting first) {
        this.drain = drain;
        this.channel = channel;
        this.version = channel.voice().versionOf(first.message());
        this.number = first.message() instanceof Tail ? channel.beginTail() : channel.beginFrame();
        this.marks = channel.marks();
        this.order = channel.voice().next();
        add(first);
    }

    /** Takes one more message, if the frame stays small enough. */
    boolean tryAdd(Drain.Waiting more, int maxBytes) {
        if (isTail() || more.message() instanceof Tail || channel.voice().versionOf(more.message()) != version) {
            return false;
        }
        encode();
        ByteWriter content = Codec.encode(more.message(), channel.target());
        if (size + Codec.sizedBytes(content) > maxBytes) {
            return false;
        }
        append(content);
        add(more);
        return true;
    }

    private void encode() {
        for (int i = encoded.size(); i < messages.size(); i++) {
            append(Codec.encode(messages.get(i), channel.target()));
        }
    }

    private void append(ByteWriter content) {
        encoded.add(content);
        size += Codec.sizedBytes(content);
    }

    void leaveWith(Drain.Pass all) {
        pass = all;
    }

    private void add(Drain.Waiting waiting) {
        drain.leaves(waiting);
        messages.add(waiting.message());
        if (waiting.message().isBeat()) {
            channel.beat();
        }
        stages.add(waiting.stage());
    }

    private boolean isTail() {
        return messages.get(0) instanceof Tail;
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
        return channel.voice().sealed(channel.name(), Codec.frame(frame, encoded));
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
            drain.answered(Objects.requireNonNull(pass, "answered before it left"), stages, failure);
        }
    }
}
