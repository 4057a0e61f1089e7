package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel on which this node publishes: its name, and the count of its frames. The count is used on the publisher's
 * turn only.
 *
 * <p>It may be forgotten after all its messages were answered: its successor begins a new stream, and can overtake no
 * frame of the old one.
 */
public final class PublishChannel {

    private static final HeartbeatMark NONE = new HeartbeatMark(0, 0);
    private static final int FORGOTTEN = -1;

    private final String name;
    private final Incarnation from;
    private final @Nullable Target target;
    private final boolean barrier;
    private final long stream;
    private final @Nullable PublishChannel namespace;
    private final FrameWriter frameWriter;
    private final Consumer<PublishChannel> onLeft;
    private final @Nullable Supplier<PublishChannel> successor;
    /** Messages that wait or are in flight. */
    private final AtomicInteger unanswered = new AtomicInteger();
    /** Whether it was looked up since somebody asked that. */
    private volatile boolean used;
    /** Messages that wait until fewer frames are in flight. On the drain's turn. */
    private final Deque<Publisher.Waiting> held = new ArrayDeque<>(0);
    /** Frames that were begun and not answered. */
    private final AtomicInteger inFlight = new AtomicInteger();

    private long number;
    private long beat;
    private HeartbeatMark heartbeatMark = NONE;
    private HeartbeatMark earlier = NONE;
    private volatile long left;
    /** On the inbox's turn, once it is asked for; it costs more than all the rest of a frame. */
    private @Nullable Long hash;

    /**
     * A channel whose frames stand for themselves.
     *
     * @param target what the channel stands for, if that is one room or user
     * @param barrier whether what is published here must not change places with what is published on other channels
     */
    public PublishChannel(String name, Incarnation from, @Nullable Target target, boolean barrier, long stream) {
        this(name, from, target, barrier, stream, new FrameWriter(() -> 0, () -> Frame.FIRST_VERSION, null));
    }

    /** As the other one, of a node that writes its frames in this way. */
    PublishChannel(
            String name,
            Incarnation from,
            @Nullable Target target,
            boolean barrier,
            long stream,
            FrameWriter frameWriter) {
        this(name, from, target, barrier, stream, null, frameWriter, channel -> {}, null);
    }

    private PublishChannel(
            String name,
            Incarnation from,
            @Nullable Target target,
            boolean barrier,
            long stream,
            @Nullable PublishChannel namespace,
            FrameWriter frameWriter,
            Consumer<PublishChannel> onLeft,
            @Nullable Supplier<PublishChannel> successor) {
        this.name = name;
        this.from = from;
        this.target = target;
        this.barrier = barrier;
        this.stream = stream;
        this.namespace = namespace;
        this.frameWriter = frameWriter;
        this.onLeft = onLeft;
        this.successor = successor;
    }

    /**
     * A channel of one room or user.
     *
     * @param onLeft is told of each frame that has left, or may have; on any thread
     * @param successor finds the channel of the same name once this one is forgotten
     */
    static PublishChannel of(
            Target one,
            String name,
            PublishChannel namespace,
            long stream,
            Consumer<PublishChannel> onLeft,
            Supplier<PublishChannel> successor) {
        return new PublishChannel(
                name, namespace.from, one, false, stream, namespace, namespace.frameWriter, onLeft, successor);
    }

    /**
     * A channel of one node.
     *
     * @param successor finds the channel of the same name once this one is forgotten
     */
    static PublishChannel ofNode(
            String name, PublishChannel namespace, long stream, Supplier<PublishChannel> successor) {
        return new PublishChannel(
                name, namespace.from, null, false, stream, null, namespace.frameWriter, channel -> {}, successor);
    }

    public String name() {
        return name;
    }

    Incarnation from() {
        return from;
    }

    @Nullable
    Target target() {
        return target;
    }

    boolean isBarrier() {
        return barrier;
    }

    public long stream() {
        return stream;
    }

    FrameWriter frameWriter() {
        return frameWriter;
    }

    /**
     * A message is sent. Returns the channel that takes it, which is not forgotten before the message is answered: this one, or its
     * successor. A tail is about this stream, even if that has ended.
     */
    PublishChannel open(Message message) {
        PublishChannel channel = this;
        while (!channel.tryOpen() && !(message instanceof LastSequence)) {
            channel = Objects.requireNonNull(channel.successor, "forgotten").get();
        }
        return channel;
    }

    private boolean tryOpen() {
        return unanswered.getAndUpdate(now -> now < 0 ? now : now + 1) >= 0;
    }

    /** So many messages were answered, or are not sent. On any thread. */
    void answered(int messages) {
        unanswered.getAndUpdate(now -> now < 0 ? now : now - messages);
    }

    /** Forgets the channel, unless a message waits or is in flight: what is sent from now on is its successor's. */
    boolean forget() {
        return unanswered.compareAndSet(0, FORGOTTEN);
    }

    boolean isForgotten() {
        return unanswered.get() < 0;
    }

    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was looked up since this was asked last. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** A frame is begun; returns its number. */
    long beginFrame() {
        inFlight.incrementAndGet();
        if (namespace != null && namespace.beat > heartbeatMark.mark()) {
            earlier = heartbeatMark;
            heartbeatMark = new HeartbeatMark(number, namespace.beat);
        }
        return ++number;
    }

    /** A tail is begun; returns up to which number frames have left, or leave before it. */
    long beginTail() {
        return inFlight.getAndIncrement() > 0 ? number : left;
    }

    /** Up to which number frames have left, or may have. On any thread. */
    public long lastLeft() {
        return left;
    }

    /** What stands for its name. On the inbox's turn. */
    public long hash() {
        Long known = hash;
        if (known == null) {
            known = ChannelNames.shortHash(name);
            hash = known;
        }
        return known;
    }

    /** The last frame holds a heartbeat: the frames of rooms that are numbered after it are tied to it. */
    void beat() {
        beat = number;
        frameWriter.beat();
    }

    /**
     * What frames from the last number on say of those before. Two marks: the first frame after a beat, if it is lost, must not take
     * with it what was known of the frames before the beat.
     */
    List<HeartbeatMark> marks() {
        if (heartbeatMark.mark() == 0) {
            return List.of();
        }
        return earlier.mark() == 0 ? List.of(heartbeatMark) : List.of(earlier, heartbeatMark);
    }

    /** A frame has left, or may have. On any thread. */
    void left(long frame) {
        synchronized (this) {
            left = Math.max(left, frame);
        }
        onLeft.accept(this);
    }

    /** A frame was answered. On any thread. */
    void endFrame() {
        inFlight.decrementAndGet();
    }

    public int inFlight() {
        return inFlight.get();
    }

    Deque<Publisher.Waiting> held() {
        return held;
    }
}
