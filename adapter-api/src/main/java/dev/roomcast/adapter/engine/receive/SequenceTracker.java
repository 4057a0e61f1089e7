package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The last sequence number of each stream on each channel. A lower number shows a repetition, and a jump shows a gap.
 * On the inbox's turn.
 *
 * <p>The first frame of an unknown stream is a baseline, because frames sent before the subscription are no loss. But
 * if the heartbeat of one of the frame's {@link HeartbeatMark}s arrived after the subscription, the frames missing
 * since then are a loss.
 *
 * <p>Bounded in bytes: the streams that were silent for the longest time are forgotten, and are baselines again, so a
 * loss there may stay unnoticed. One channel may use only a part of the bound.
 */
public final class SequenceTracker {

    /** What a frame's number says. */
    sealed interface Verdict {}

    /** It is next. */
    record Next() implements Verdict {}

    /** It has come before. */
    record Repeated() implements Verdict {}

    /** So many before it did not come, all of which left after the moment {@code since}. */
    record Gap(long frames, long since) implements Verdict {}

    /** What a stream takes in all tables, and what a channel takes beside its streams; measured. */
    static final int STREAM_BYTES = 288;

    static final int CHANNEL_BYTES = 160;
    /** The part of one channel: all nodes that can be known, with what is allowed if nothing is configured. */
    public static final int PARTS = 16;

    private static final Next NEXT = new Next();
    private static final Repeated REPEATED = new Repeated();

    private record Stream(Incarnation from, long id) {}

    private record Subscribed(long at, String channel) implements Comparable<Subscribed> {

        @Override
        public int compareTo(Subscribed other) {
            return at == other.at ? channel.compareTo(other.channel) : Long.signum(at - other.at);
        }
    }

    private static final class Heard {
        long number;
        /** When it came last, or a tail that knew of no later one: what left before has come. */
        long at;
    }

    /** The streams of one channel, and those of them that are one node's. */
    private record Share(Map<Stream, Heard> all, Map<Stream, Heard> own) {}

    private final Execution execution;
    private final HeartbeatHistory heartbeatHistory;
    private final LongAdder forgotten;
    private final long most;
    /** Since when each channel is subscribed without a break in what is known of it. */
    private final Map<String, Subscribed> since = new HashMap<>();
    /** The same, the longest subscribed first. */
    private final NavigableSet<Subscribed> byAge = new TreeSet<>();
    /** The channel and the stream that were silent for the longest come first. */
    private final Map<String, Map<Stream, Heard>> heard = new LinkedHashMap<>(16, 0.75f, true);

    /** Where each node is heard: many may go at once, and none is to be looked for among the streams of all. */
    private final Map<Incarnation, Map<String, Share>> shares = new HashMap<>();

    private int size;
    /** Whether a stream was forgotten for lack of room since that was asked last; and what the answer was. */
    private boolean hasForgotten;

    private boolean wasShort;

    /** @param most bytes that all may take */
    SequenceTracker(Execution execution, HeartbeatHistory heartbeatHistory, Counters counters, long most) {
        this.execution = execution;
        this.heartbeatHistory = heartbeatHistory;
        this.forgotten = counters.of(Counters.STREAMS_FORGOTTEN);
        this.most = most;
    }

    /** The broker has confirmed a channel; after an outage what was known of it still holds. */
    void confirmed(String channel, long at) {
        if (!since.containsKey(channel)) {
            knownSince(channel, at);
        }
    }

    private void knownSince(String channel, long at) {
        Subscribed now = new Subscribed(at, channel);
        notKnown(since.put(channel, now));
        byAge.add(now);
    }

    private void notKnown(@Nullable Subscribed before) {
        if (before != null) {
            byAge.remove(before);
        }
    }

    /**
     * The channels on which marks say nothing of a node.
     *
     * @param lastBeat when its last heartbeat came, or {@link HeartbeatHistory#NEVER}
     */
    List<String> subscribedSince(long lastBeat) {
        NavigableSet<Subscribed> since =
                lastBeat == HeartbeatHistory.NEVER ? byAge : byAge.tailSet(new Subscribed(lastBeat, ""), true);
        return since.stream().map(Subscribed::channel).toList();
    }

    /**
     * A frame came, or a tail.
     *
     * @param cameAt when, at the earliest
     */
    Verdict heard(String channel, Frame frame, long cameAt) {
        Map<Stream, Heard> streams = heard.computeIfAbsent(channel, name -> new LinkedHashMap<>(4, 0.75f, true));
        Stream stream = new Stream(frame.from(), frame.stream());
        Heard last = streams.get(stream);
        if (last == null) {
            last = baseline(channel, frame, cameAt);
            streams.put(stream, last);
            size++;
            shares.computeIfAbsent(stream.from(), node -> new HashMap<>(4))
                    .computeIfAbsent(channel, name -> new Share(streams, new HashMap<>(2)))
                    .own()
                    .put(stream, last);
            bound(channel, streams);
        }
        return next(last, frame, cameAt);
    }

    /** When a frame of that stream came last, or null if none has. */
    @Nullable
    Long cameLast(String channel, Frame frame) {
        Heard last = heard.getOrDefault(channel, Map.of()).get(new Stream(frame.from(), frame.stream()));
        return last == null ? null : last.at;
    }

    /**
     * Whether a frame that a node says has left should have come, and has not.
     *
     * @param leftAt when it had left at the latest: of a stream that is not known, one that had left before the channel was subscribed is no loss
     */
    boolean lacks(String channel, Incarnation from, long stream, long number, long leftAt) {
        Subscribed subscribed = since.get(channel);
        if (subscribed == null) {
            return false;
        }
        Heard last = heard.getOrDefault(channel, Map.of()).get(new Stream(from, stream));
        return last == null ? leftAt - subscribed.at() > 0 : last.number < number;
    }

    /** Until when all of a stream has come, on a channel that is subscribed. */
    long completeUntil(String channel, Incarnation from, long stream) {
        Heard last = heard.getOrDefault(channel, Map.of()).get(new Stream(from, stream));
        Subscribed subscribed = since.get(channel);
        return last != null ? last.at : subscribed != null ? subscribed.at() : execution.now();
    }

    private Verdict next(Heard last, Frame frame, long cameAt) {
        boolean isTail = frame.isTail();
        if (frame.number() <= last.number) {
            if (isTail && frame.number() == last.number) {
                last.at = cameAt;
            }
            return isTail ? NEXT : REPEATED;
        }
        long missing = frame.number() - last.number - (isTail ? 0 : 1);
        long before = last.at;
        last.number = frame.number();
        last.at = cameAt;
        return missing == 0 ? NEXT : new Gap(missing, before);
    }

    /** What must have come before the first frame that does: nothing, as far as is known, or all since a mark. */
    private Heard baseline(String channel, Frame frame, long cameAt) {
        Heard last = new Heard();
        last.number = frame.isTail() ? frame.number() : frame.number() - 1;
        last.at = cameAt;
        Subscribed subscribed = since.get(channel);
        if (subscribed == null) {
            return last;
        }
        for (HeartbeatMark heartbeatMark : frame.marks()) {
            long at = heartbeatHistory.lastUpTo(frame.from(), heartbeatMark.mark(), subscribed.at());
            if (at != HeartbeatHistory.NEVER && heartbeatMark.before() < last.number) {
                last.number = heartbeatMark.before();
                last.at = at;
            }
        }
        return last;
    }

    private void bound(String channel, Map<Stream, Heard> streams) {
        if (streams.size() > 1 && (long) STREAM_BYTES * streams.size() > most / PARTS) {
            forgetOldest(channel, streams);
        }
        while (bytes() > most && size > 1) {
            Map.Entry<String, Map<Stream, Heard>> oldest =
                    heard.entrySet().iterator().next();
            forgetOldest(oldest.getKey(), oldest.getValue());
            if (oldest.getValue().isEmpty()) {
                heard.remove(oldest.getKey());
            }
        }
    }

    /** What all take. */
    long bytes() {
        return (long) STREAM_BYTES * size + (long) CHANNEL_BYTES * heard.size();
    }

    /** Whether streams are forgotten for lack of room: some were since this was asked last, or there is not much room since. */
    boolean isShort() {
        wasShort = hasForgotten || wasShort && bytes() > most - most / PARTS;
        hasForgotten = false;
        return wasShort;
    }

    private void forgetOldest(String channel, Map<Stream, Heard> streams) {
        Iterator<Stream> streamsByAge = streams.keySet().iterator();
        Stream oldest = streamsByAge.next();
        streamsByAge.remove();
        removed(channel, oldest);
        forgotten.increment();
        hasForgotten = true;
        // What it had heard of that stream is not known any more: older marks say nothing here.
        if (since.containsKey(channel)) {
            knownSince(channel, execution.now());
        }
    }

    /** The channel is not subscribed any more. */
    void forget(String channel) {
        notKnown(since.remove(channel));
        Map<Stream, Heard> streams = heard.remove(channel);
        if (streams != null) {
            streams.keySet().forEach(stream -> removed(channel, stream));
        }
    }

    private void removed(String channel, Stream stream) {
        size--;
        shares.computeIfPresent(stream.from(), (node, channels) -> {
            channels.computeIfPresent(channel, (name, share) -> {
                share.own().remove(stream);
                return share.own().isEmpty() ? null : share;
            });
            return channels.isEmpty() ? null : channels;
        });
    }

    /** A node does not come back. */
    void forget(Incarnation node) {
        heartbeatHistory.forget(node);
        Map<String, Share> channels = shares.remove(node);
        if (channels == null) {
            return;
        }
        channels.forEach((channel, share) -> {
            share.own().keySet().forEach(share.all()::remove);
            size -= share.own().size();
            if (share.all().isEmpty()) {
                heard.remove(channel);
            }
        });
    }

    /** The channels on which a node was heard, and until when everything has come there. */
    Map<String, Long> completeUntil(Incarnation node) {
        Map<String, Long> channels = new LinkedHashMap<>();
        shares.getOrDefault(node, Map.of())
                .forEach((channel, share) -> share.own()
                        .forEach((stream, last) -> channels.merge(channel, last.at, (a, b) -> a - b > 0 ? a : b)));
        return channels;
    }

    int size() {
        return size;
    }
}
