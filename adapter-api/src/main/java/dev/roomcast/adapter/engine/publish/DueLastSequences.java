package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The channels whose last sequence number is still to be sent: a frame was sent on them, and a receiver that missed it
 * cannot notice that before the next frame. When a channel has been silent for a while, its last sequence number is
 * sent together with those of other channels. It is sent once; a node that could not receive requests the numbers of
 * that time again. Called on any thread.
 */
public final class DueLastSequences {

    private static final int MOST = 1 << 16;

    /**
     * A channel whose last number is to be said.
     *
     * @param leftAt when the last frame had left, at the latest
     */
    public record Due(PublishChannel channel, long leftAt) {}

    private record Said(long at, long leftAt) {}

    private final Execution execution;
    private final Duration silence;
    /** When the last frame left, the longest silent channel first. Under its own lock. */
    private final Map<PublishChannel, Long> owing = new LinkedHashMap<>();
    /** Of which the last number was said, the earliest first. Under the same lock. */
    private final Map<PublishChannel, Said> said = new LinkedHashMap<>();
    /** Since when somebody has heard nothing, if that is so. Under the same lock. */
    private OptionalLong unheardSince = OptionalLong.empty();

    public DueLastSequences(Execution execution, Duration silence) {
        this.execution = execution;
        this.silence = silence;
    }

    /** A frame has left, or may have. When too many channels owe a tail, the longest silent one goes without. */
    public void left(PublishChannel channel) {
        long now = execution.now();
        synchronized (owing) {
            putLast(owing, channel, now);
        }
    }

    /** Its last number was said. When there are too many to remember, the earliest one is not said again. */
    public void said(Due what) {
        long now = execution.now();
        synchronized (owing) {
            putLast(said, what.channel(), new Said(now, what.leftAt()));
        }
    }

    private static <V> void putLast(Map<PublishChannel, V> channels, PublishChannel channel, V when) {
        channels.remove(channel);
        channels.put(channel, when);
        if (channels.size() > MOST) {
            channels.remove(channels.keySet().iterator().next());
        }
    }

    /**
     * Somebody has heard nothing since that moment: what was said since then is owed once more. After a common outage many say so: all that was
     * said is gone through when it is taken.
     */
    public void unheardSince(long moment) {
        synchronized (owing) {
            unheardSince = OptionalLong.of(
                    unheardSince.isPresent() ? Execution.earlier(unheardSince.getAsLong(), moment) : moment);
        }
    }

    private Map<PublishChannel, Long> takeUnheard() {
        Map<PublishChannel, Long> unheard = new LinkedHashMap<>();
        if (unheardSince.isPresent()) {
            long moment = unheardSince.getAsLong();
            unheardSince = OptionalLong.empty();
            said.forEach((channel, when) -> {
                if (when.at() - moment >= 0) {
                    unheard.put(channel, when.leftAt());
                }
            });
        }
        return unheard;
    }

    /** Those of these streams of which something was said and is remembered. */
    public List<Due> said(Set<Long> streams) {
        synchronized (owing) {
            return said.entrySet().stream()
                    .filter(one -> streams.contains(one.getKey().stream()))
                    .map(one -> new Due(one.getKey(), one.getValue().leftAt()))
                    .toList();
        }
    }

    /** Those that have been silent for long enough; they owe nothing from now on. */
    public List<Due> takeDue() {
        return take(silence.toNanos());
    }

    /** All of them, silent or not. */
    public List<Due> takeAll() {
        return take(0);
    }

    private List<Due> take(long silentFor) {
        long now = execution.now();
        Map<PublishChannel, Long> due = new LinkedHashMap<>();
        synchronized (owing) {
            due.putAll(takeUnheard());
            Iterator<Map.Entry<PublishChannel, Long>> all = owing.entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<PublishChannel, Long> next = all.next();
                if (now - next.getValue() < silentFor) {
                    break;
                }
                due.put(next.getKey(), next.getValue());
                all.remove();
            }
        }
        List<Due> taken = new ArrayList<>(due.size());
        due.forEach((channel, leftAt) -> taken.add(new Due(channel, leftAt)));
        return taken;
    }
}
