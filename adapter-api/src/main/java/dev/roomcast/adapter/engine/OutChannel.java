package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.Message.Tail;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel that this node publishes on: its name, and the count of its frames. The count belongs to the drain's turn.
 *
 * <p>It may be forgotten once all its messages were answered: its successor begins a new stream, and nothing of the old one can be
 * overtaken.
 */
final class OutChannel {

    private static final Mark NONE = new Mark(0, 0);
    private static final int FORGOTTEN = -1;

    private final String name;
    private final Incarnation from;
    private final @Nullable Target target;
    private final boolean barrier;
    private final long stream;
    private final @Nullable OutChannel namespace;
    private final Voice voice;
    private final Consumer<OutChannel> onLeft;
    private final @Nullable Supplier<OutChannel> successor;
    /** Messages that wait or are in flight. */
    private final AtomicInteger unanswered = new AtomicInteger();
    /** Whether it was looked up since somebody asked that. */
    private volatile boolean used;
    /** Messages that wait until fewer frames are in flight. On the drain's turn. */
    private final Deque<Drain.Waiting> held = new ArrayDeque<>(0);
    /** Frames that were begun and not answered. */
    private final AtomicInteger inFlight = new AtomicInteger();

    private long number;
    private long beat;
    private Mark mark = NONE;
    private Mark earlier = NONE;
    private volatile long left;
    /** On the inbox's turn, once it is asked for; it costs more than all the rest of a frame. */
    private @Nullable Long hash;

    /**
     * A channel whose frames stand for themselves.
     *
     * @param target what the channel stands for, if that is one room or user
     * @param barrier whether what is published here must not change places with what is published on other channels
     */
    OutChannel(String name, Incarnation from, @Nullable Target target, boolean barrier, long stream) {
        this(name, from, target, barrier, stream, new Voice(() -> 0, () -> Frame.FIRST_VERSION, null));
    }

    /** As the other one, of a node that writes its frames in this way. */
    OutChannel(String name, Incarnation from, @Nullable Target target, boolean barrier, long stream, Voice voice) {
        this(name, from, target, barrier, stream, null, voice, channel -> {}, null);
    }

    private OutChannel(
            String name,
            Incarnation from,
            @Nullable Target target,
            boolean barrier,
            long stream,
            @Nullable OutChannel namespace,
            Voice voice,
            Consumer<OutChannel> onLeft,
            @Nullable Supplier<OutChannel> successor) {
        this.name = name;
        this.from = from;
        this.target = target;
        this.barrier = barrier;
        this.stream = stream;
        this.namespace = namespace;
        this.voice = voice;
        this.onLeft = onLeft;
        this.successor = successor;
    }

    /**
     * A channel of one room or user.
     *
     * @param onLeft is told of each frame that has left, or may have; on any thread
     * @param successor finds the channel of the same name once this one is forgotten
     */
    static OutChannel of(
            Target one,
            String name,
            OutChannel namespace,
            long stream,
            Consumer<OutChannel> onLeft,
            Supplier<OutChannel> successor) {
        return new OutChannel(name, namespace.from, one, false, stream, namespace, namespace.voice, onLeft, successor);
    }

    /**
     * A channel of one node.
     *
     * @param successor finds the channel of the same name once this one is forgotten
     */
    static OutChannel ofNode(String name, OutChannel namespace, long stream, Supplier<OutChannel> successor) {
        return new OutChannel(
                name, namespace.from, null, false, stream, null, namespace.voice, channel -> {}, successor);
    }

    String name() {
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

    long stream() {
        return stream;
    }

    Voice voice() {
        return voice;
    }

    /**
     * A message is sent. Returns the channel that takes it, which is not forgotten before the message is answered: this one, or its
     * successor. A tail is about this stream, even if that has ended.
     */
    OutChannel open(Message message) {
        OutChannel channel = this;
        while (!channel.tryOpen() && !(message instanceof Tail)) {
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
        if (namespace != null && namespace.beat > mark.mark()) {
            earlier = mark;
            mark = new Mark(number, namespace.beat);
        }
        return ++number;
    }

    /** A tail is begun; returns up to which number frames have left, or leave before it. */
    long beginTail() {
        return inFlight.getAndIncrement() > 0 ? number : left;
    }

    /** Up to which number frames have left, or may have. On any thread. */
    long lastLeft() {
        return left;
    }

    /** What stands for its name. On the inbox's turn. */
    long hash() {
        Long known = hash;
        if (known == null) {
            known = Channels.shortHash(name);
            hash = known;
        }
        return known;
    }

    /** The last frame holds a heartbeat: the frames of rooms that are numbered after it are tied to it. */
    void beat() {
        beat = number;
        voice.beat();
    }

    /**
     * What frames from the last number on say of those before. Two marks: the first frame after a beat, if it is lost, must not take
     * with it what was known of the frames before the beat.
     */
    List<Mark> marks() {
        if (mark.mark() == 0) {
            return List.of();
        }
        return earlier.mark() == 0 ? List.of(mark) : List.of(earlier, mark);
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

    int inFlight() {
        return inFlight.get();
    }

    Deque<Drain.Waiting> held() {
        return held;
    }
}
