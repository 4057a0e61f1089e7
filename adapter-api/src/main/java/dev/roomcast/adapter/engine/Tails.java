package dev.roomcast.adapter.engine;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The channels that owe a tail: something has left on them, and nobody who missed it can know before the next frame. Once such a
 * channel has been silent for a while, a tail says up to which number frames have left. Once is enough for everyone who could hear it;
 * a node that could not asks for all tails since it could. Called on any thread.
 */
final class Tails {

    private static final int MOST = 1 << 16;

    private final Execution execution;
    private final Duration silence;
    /** When the last frame left, the longest silent channel first. Under its own lock. */
    private final Map<OutChannel, Long> owing = new LinkedHashMap<>();
    /** When the last tail left, the earliest first. Under the same lock. */
    private final Map<OutChannel, Long> said = new LinkedHashMap<>();
    /** Somebody could not hear their last tail. Under the same lock. */
    private final Set<OutChannel> unheard = new LinkedHashSet<>();

    Tails(Execution execution, Duration silence) {
        this.execution = execution;
        this.silence = silence;
    }

    /** A frame has left, or may have. When too many channels owe a tail, the longest silent one goes without. */
    void left(OutChannel channel) {
        long now = execution.now();
        synchronized (owing) {
            putLast(owing, channel, now);
        }
    }

    /** A tail has left. When there are too many to remember, the earliest one is not said again. */
    void said(OutChannel channel) {
        long now = execution.now();
        synchronized (owing) {
            putLast(said, channel, now);
        }
    }

    private static void putLast(Map<OutChannel, Long> channels, OutChannel channel, long now) {
        channels.remove(channel);
        channels.put(channel, now);
        if (channels.size() > MOST) {
            channels.remove(channels.keySet().iterator().next());
        }
    }

    /** Somebody has heard nothing since that moment: the tails that have left since then are owed once more. */
    void unheardSince(long moment) {
        synchronized (owing) {
            said.forEach((channel, at) -> {
                if (at - moment >= 0) {
                    unheard.add(channel);
                }
            });
        }
    }

    /** Those that have been silent for long enough; they owe nothing from now on. */
    List<OutChannel> takeDue() {
        long now = execution.now();
        Set<OutChannel> due = new LinkedHashSet<>();
        synchronized (owing) {
            due.addAll(unheard);
            unheard.clear();
            Iterator<Map.Entry<OutChannel, Long>> all = owing.entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<OutChannel, Long> next = all.next();
                if (now - next.getValue() < silence.toNanos()) {
                    break;
                }
                due.add(next.getKey());
                all.remove();
            }
        }
        return List.copyOf(due);
    }

    /** All of them, because this node says nothing more. */
    List<OutChannel> takeAll() {
        synchronized (owing) {
            unheard.addAll(owing.keySet());
            owing.clear();
            List<OutChannel> all = List.copyOf(unheard);
            unheard.clear();
            return all;
        }
    }
}
