package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames that other nodes report as sent, and that have not arrived here. The report is sent on the namespace's channel
 * and may overtake the frames, so it proves no loss. After a moment this node requests the last-sequence frame on their
 * own channel, which proves it. If that does not arrive either, the frames are given up. On the inbox's turn.
 */
final class AwaitedFrames {

    private static final int MOST = 10_000;
    /** A request, or the answer to it, may be lost. */
    private static final int REQUESTS = 3;

    /** What is to be done about them. */
    interface Listener {

        /** Whether they still have not come. */
        boolean isLacking(Awaited frames);

        /** Whether their channel can be heard now. */
        boolean isHeard(String channel);

        /** Whether their sender can be asked, now or later. */
        boolean isThere(Incarnation node);

        /** Asks a node for the tails of those channels of its. Returns whether anything can be said now. */
        boolean request(Incarnation node, List<Awaited> frames);

        /** The tail that was asked for has not come either: the channel may bring nothing at all. */
        void suspect(String channel);

        /** Nobody will say any more what became of them. */
        void givenUp(Incarnation node, List<Awaited> frames);
    }

    /**
     * Frames of one stream.
     *
     * @param number of the last one
     * @param leftAt when that had left at the latest
     */
    record Awaited(String channel, Incarnation from, long stream, long number, long leftAt) {}

    private record Stream(Incarnation from, long id) {}

    private static final class Entry {
        Awaited frames;
        /** When something is to be done about it at the earliest: what others say brings reviews at any time. */
        long dueAt;

        int requests;

        Entry(Awaited frames, long dueAt) {
            this.frames = frames;
            this.dueAt = dueAt;
        }
    }

    private final Execution execution;
    private final Listener listener;
    private final long moment;
    /** The one that waits for the longest first. */
    private final Map<Stream, Entry> entries = new LinkedHashMap<>();

    /** @param moment how long what was overtaken may take, or an answer */
    AwaitedFrames(Execution execution, Duration moment, Listener listener) {
        this.execution = execution;
        this.moment = moment.toNanos();
        this.listener = listener;
    }

    /** A node says up to which number frames have left. Returns whether it is news that they lack here. */
    boolean told(String channel, Incarnation from, ChannelSequence last, long leftAt) {
        Awaited frames = new Awaited(channel, from, last.stream(), last.number(), leftAt);
        if (!listener.isLacking(frames)) {
            return false;
        }
        Stream stream = new Stream(from, last.stream());
        Entry known = entries.get(stream);
        if (known != null) {
            known.frames = frames;
            return false;
        }
        entries.put(stream, new Entry(frames, execution.now() + moment));
        if (entries.size() > MOST) {
            Iterator<Entry> all = entries.values().iterator();
            Awaited oldest = all.next().frames;
            all.remove();
            listener.givenUp(oldest.from(), List.of(oldest));
        }
        return true;
    }

    /** Asks for what has not come although a moment has passed, and gives up what was asked for several times. */
    void review() {
        entries.values().removeIf(entry -> !listener.isLacking(entry.frames));
        Map<Incarnation, List<Entry>> asked = new LinkedHashMap<>();
        Map<Incarnation, List<Awaited>> givenUp = new LinkedHashMap<>();
        entries.values().removeIf(entry -> {
            Incarnation from = entry.frames.from();
            if (execution.now() - entry.dueAt < 0 || !listener.isHeard(entry.frames.channel())) {
                return false;
            }
            boolean isOver = entry.requests == REQUESTS || !listener.isThere(from);
            if (isOver) {
                givenUp.computeIfAbsent(from, node -> new ArrayList<>()).add(entry.frames);
            } else {
                asked.computeIfAbsent(from, node -> new ArrayList<>()).add(entry);
            }
            return isOver;
        });
        givenUp.forEach(listener::givenUp);
        asked.forEach(this::request);
    }

    private void request(Incarnation from, List<Entry> asked) {
        if (listener.request(from, asked.stream().map(entry -> entry.frames).toList())) {
            asked.forEach(entry -> {
                if (entry.requests++ > 0) {
                    listener.suspect(entry.frames.channel());
                }
                entry.dueAt = execution.now() + moment;
            });
        }
    }
}
