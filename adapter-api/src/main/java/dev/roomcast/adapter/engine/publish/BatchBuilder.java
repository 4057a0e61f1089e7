package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.publish.Publisher.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Builds publish batches: it holds the waiting messages, and decides which of them are sent in which frame. On the
 * publisher's turn.
 *
 * <p>Each channel has a window of frames in flight. Below the window a message is sent at once; when it is full,
 * messages wait for an answer and are then sent together in one frame. A packet for more than one room is a barrier of
 * its node: all earlier messages of that node are sent before it, even beyond their windows. No later one overtakes it,
 * not even while the barrier waits for a window.
 */
final class BatchBuilder {

    /** Past this a frame takes no more messages: it would hold up what comes behind it for long. */
    private static final int MOST_TOGETHER = 1 << 16;

    private final Publisher publisher;
    private final Set<PublishChannel> holding = new LinkedHashSet<>();
    /** Of each node, what waits behind a barrier that waits itself. */
    private final Map<Incarnation, Deque<Waiting>> barred = new LinkedHashMap<>();

    // Of the pass that is being made.
    private final Map<PublishChannel, PublishFrame> open = new HashMap<>();
    private List<PublishFrame> pass = new ArrayList<>();
    private int window;
    private int maxFrameBytes;

    BatchBuilder(Publisher publisher) {
        this.publisher = publisher;
    }

    /** Begins a pass with what has waited. */
    void begin(int framesInFlight, int maxBytes) {
        pass = new ArrayList<>();
        open.clear();
        window = framesInFlight;
        maxFrameBytes = Math.min(maxBytes, MOST_TOGETHER);
        barred.values().removeIf(this::placeAll);
        for (Iterator<PublishChannel> channels = holding.iterator(); channels.hasNext(); ) {
            PublishChannel channel = channels.next();
            release(channel, window);
            if (channel.held().isEmpty()) {
                channels.remove();
            }
        }
    }

    /** Takes one more message, in the order of the calls that sent them. */
    void take(Waiting message) {
        Deque<Waiting> before = barred.get(message.channel().from());
        if (before != null) {
            before.add(message);
        } else if (!place(message)) {
            barred.computeIfAbsent(message.channel().from(), node -> new ArrayDeque<>())
                    .add(message);
        }
    }

    /** The frames of the pass. */
    List<PublishFrame> end() {
        open.clear();
        return pass;
    }

    /** Whether something waits that need not: an answer came while the pass was made. */
    boolean isLate() {
        return holding.stream().anyMatch(channel -> channel.inFlight() < window)
                || barred.values().stream()
                        .anyMatch(waiting -> waiting.element().channel().inFlight() < window);
    }

    boolean isEmpty() {
        return holding.isEmpty() && barred.isEmpty();
    }

    /** Gives up everything that waits. */
    void clear(Consumer<Waiting> each) {
        for (PublishChannel channel : holding) {
            channel.held().forEach(each);
            channel.held().clear();
        }
        holding.clear();
        barred.values().forEach(waiting -> waiting.forEach(each));
        barred.clear();
    }

    /** Gives up everything of one node that waits. */
    void clear(Incarnation node, Consumer<Waiting> each) {
        holding.removeIf(channel -> {
            boolean itsOwn = channel.from().equals(node);
            if (itsOwn) {
                channel.held().forEach(each);
                channel.held().clear();
            }
            return itsOwn;
        });
        Deque<Waiting> waiting = barred.remove(node);
        if (waiting != null) {
            waiting.forEach(each);
        }
    }

    private boolean placeAll(Deque<Waiting> waiting) {
        while (!waiting.isEmpty() && place(waiting.element())) {
            waiting.remove();
        }
        return waiting.isEmpty();
    }

    /** Puts a message into a frame or lets it wait for its channel; false if it is a barrier that must wait, and all behind it. */
    private boolean place(Waiting message) {
        PublishChannel channel = message.channel();
        if (channel.isBarrier()) {
            return placeBarrier(message);
        }
        if (channel.held().isEmpty() && joins(message)) {
            return true;
        }
        if (!channel.held().isEmpty() || channel.inFlight() >= window) {
            channel.held().add(message);
            holding.add(channel);
        } else {
            beginFrame(message);
        }
        return true;
    }

    private boolean placeBarrier(Waiting message) {
        PublishChannel channel = message.channel();
        boolean isLast = !pass.isEmpty() && pass.get(pass.size() - 1) == open.get(channel);
        if (isLast && !holdsAnyOf(channel.from()) && joins(message)) {
            return true;
        }
        if (channel.inFlight() >= window) {
            return false;
        }
        for (Iterator<PublishChannel> channels = holding.iterator(); channels.hasNext(); ) {
            PublishChannel other = channels.next();
            if (other.from().equals(channel.from())) {
                release(other, Integer.MAX_VALUE);
                channels.remove();
            }
        }
        // Nothing later may slip into a frame that leaves before this one.
        open.clear();
        beginFrame(message);
        return true;
    }

    private boolean holdsAnyOf(Incarnation node) {
        return holding.stream().anyMatch(channel -> channel.from().equals(node));
    }

    /** Whether the channel's frame of this pass takes the message. */
    private boolean joins(Waiting message) {
        PublishFrame frame = open.get(message.channel());
        return frame != null && frame.tryAdd(message, maxFrameBytes);
    }

    private PublishFrame beginFrame(Waiting message) {
        PublishFrame frame = new PublishFrame(publisher, message.channel(), message);
        open.put(message.channel(), frame);
        pass.add(frame);
        return frame;
    }

    /** Lets what a channel holds leave, in frames, as long as fewer than so many are in flight. */
    private void release(PublishChannel channel, int most) {
        Deque<Waiting> held = channel.held();
        while (!held.isEmpty() && channel.inFlight() < most) {
            PublishFrame frame = beginFrame(held.remove());
            while (!held.isEmpty() && frame.tryAdd(held.element(), maxFrameBytes)) {
                held.remove();
            }
        }
    }
}
