package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.engine.codec.Message.Departures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a node: with its version of the wire, the count of its frames, and a MAC if frames are signed.
 * The count is used on the publisher's turn only.
 */
public final class FrameWriter {

    private static final int MOST_BEATS = 32;

    /** A heartbeat began, after so many frames. */
    private record Beat(long at, long frames) {}

    private final LongSupplier now;
    private final IntSupplier spoken;
    private final @Nullable FrameMac frameMac;
    private long frames;
    /** The latest first. */
    private volatile List<Beat> beats;

    /** @param now the time in nanoseconds, from any moment on */
    public FrameWriter(LongSupplier now, IntSupplier spoken, @Nullable FrameMac frameMac) {
        this.now = now;
        this.spoken = spoken;
        this.frameMac = frameMac;
        this.beats = List.of(new Beat(now.getAsLong(), 0));
    }

    public int versionOf(Message message) {
        return message.isIntroduction() ? Frame.FIRST_VERSION : spoken.getAsInt();
    }

    /** A frame is begun. Returns its place among all that this node sends, where that is said. */
    public long next() {
        return frameMac == null ? Frame.UNSEALED : ++frames;
    }

    /** The frame that was begun last brings a heartbeat. */
    public void beat() {
        if (frameMac != null) {
            List<Beat> all = new ArrayList<>(beats.subList(0, Math.min(beats.size(), MOST_BEATS - 1)));
            all.add(0, new Beat(now.getAsLong(), frames));
            beats = List.copyOf(all);
        }
    }

    /** How many frames had left at each of the last heartbeats, or at the beginning; the latest first. On any thread. */
    public List<Departures> departures() {
        long said = now.getAsLong();
        return beats.stream()
                .map(beat -> new Departures(TimeUnit.NANOSECONDS.toMillis(said - beat.at()), beat.frames()))
                .toList();
    }

    public byte[] sealed(String channel, byte[] frame) {
        if (frameMac != null) {
            frameMac.put(channel, frame);
        }
        return frame;
    }
}
