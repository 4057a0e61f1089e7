package dev.roomcast.adapter.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The channels that owe a tail: something has left on them, and nobody who missed it can know before the next frame. Once such a
 * channel has been silent for a while, a tail says once up to which number frames have left. Called on any thread.
 */
final class Tails {

    private static final int MOST = 1 << 16;

    private final Execution execution;
    private final Duration silence;
    /** When the last frame left, the longest silent channel first. Under its own lock. */
    private final Map<OutChannel, Long> owing = new LinkedHashMap<>();

    Tails(Execution execution, Duration silence) {
        this.execution = execution;
        this.silence = silence;
    }

    /** A frame has left, or may have. When too many channels owe a tail, the longest silent one goes without. */
    void left(OutChannel channel) {
        long now = execution.now();
        synchronized (owing) {
            owing.remove(channel);
            owing.put(channel, now);
            if (owing.size() > MOST) {
                owing.remove(owing.keySet().iterator().next());
            }
        }
    }

    /** Those that have been silent for long enough; they owe nothing from now on. */
    List<OutChannel> takeDue() {
        long now = execution.now();
        List<OutChannel> due = new ArrayList<>();
        synchronized (owing) {
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
        return due;
    }

    /** All of them, because this node says nothing more. */
    List<OutChannel> takeAll() {
        synchronized (owing) {
            List<OutChannel> all = List.copyOf(owing.keySet());
            owing.clear();
            return all;
        }
    }
}
