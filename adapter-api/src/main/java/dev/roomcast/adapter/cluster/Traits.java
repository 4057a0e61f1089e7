package dev.roomcast.adapter.cluster;

import java.time.Duration;

/** What a transport can do, and how long the engine waits for it. Immutable; each method but the accessors returns another. */
public final class Traits {

    private static final int SMALLEST_FRAME = 1024;
    private static final int SHORTEST_CHANNEL_NAME = 63;
    private static final int FRAMES_IN_FLIGHT = 2;
    private static final int MOST_OVERTAKING = 1 << 16;

    private final boolean alone;
    private final int maxFrameBytes;
    private final int maxChannelBytes;
    private final int subscribeBatch;
    private final int attempts;
    private final Duration confirmWithin;
    private final int framesInFlight;
    private final int overtaking;

    private Traits(
            boolean alone,
            int maxFrameBytes,
            int maxChannelBytes,
            int subscribeBatch,
            int attempts,
            Duration confirmWithin,
            int framesInFlight,
            int overtaking) {
        this.alone = alone;
        this.maxFrameBytes = maxFrameBytes;
        this.maxChannelBytes = maxChannelBytes;
        this.subscribeBatch = subscribeBatch;
        this.attempts = attempts;
        this.confirmWithin = confirmWithin;
        this.framesInFlight = framesInFlight;
        this.overtaking = overtaking;
    }

    /**
     * The traits of a transport that has no limits but for the size of a frame: channel names of up to 512 bytes, batches of 512
     * channels, 10 attempts, confirmations within 5 s, 2 frames in flight per channel, order across
     * channels.
     *
     * @param maxFrameBytes the largest frame that it moves, at least 1024
     * @return those traits
     */
    public static Traits of(int maxFrameBytes) {
        return new Traits(
                false,
                atLeast("maxFrameBytes", SMALLEST_FRAME, maxFrameBytes),
                512,
                512,
                10,
                Duration.ofSeconds(5),
                FRAMES_IN_FLIGHT,
                0);
    }

    /**
     * The traits of a transport that reaches nobody; see {@link Transport#none()}.
     *
     * @return those traits
     */
    public static Traits alone() {
        return new Traits(true, Integer.MAX_VALUE, 512, 512, 10, Duration.ofSeconds(5), FRAMES_IN_FLIGHT, 0);
    }

    /**
     * The longest name of a channel. The engine gives a channel whose name would be longer a name of fixed length.
     *
     * @param bytes at least 63, as PostgreSQL has it
     * @return traits with that limit
     */
    public Traits maxChannelBytes(int bytes) {
        int checked = atLeast("maxChannelBytes", SHORTEST_CHANNEL_NAME, bytes);
        return new Traits(
                alone, maxFrameBytes, checked, subscribeBatch, attempts, confirmWithin, framesInFlight, overtaking);
    }

    /**
     * The largest number of channels in one call of {@link Transport#subscribe} or {@link Transport#unsubscribe}.
     *
     * @param channels at least 1
     * @return traits with that limit
     */
    public Traits subscribeBatch(int channels) {
        int checked = atLeast("subscribeBatch", 1, channels);
        return new Traits(
                alone, maxFrameBytes, maxChannelBytes, checked, attempts, confirmWithin, framesInFlight, overtaking);
    }

    /**
     * After how many {@linkplain Receiver#linkFailed failed attempts} in a row the broker counts as not to be had. Attempts go on.
     *
     * @param attempts at least 1
     * @return traits with that limit
     */
    public Traits attempts(int attempts) {
        int checked = atLeast("attempts", 1, attempts);
        return new Traits(
                alone,
                maxFrameBytes,
                maxChannelBytes,
                subscribeBatch,
                checked,
                confirmWithin,
                framesInFlight,
                overtaking);
    }

    /**
     * How long a join waits for the confirmation of its channel. A frame that is not answered for more than twice this time fails as
     * unknown, and its connection is ended ({@link Transport#resetPublishing}).
     *
     * @param time more than zero
     * @return traits with that limit
     */
    public Traits confirmWithin(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("confirmWithin must be more than zero, but is " + time);
        }
        return new Traits(
                alone, maxFrameBytes, maxChannelBytes, subscribeBatch, attempts, time, framesInFlight, overtaking);
    }

    /**
     * How many frames of a channel may be published and not answered. Below that a packet leaves at once; at that, packets collect until
     * an answer comes, and leave together.
     *
     * @param frames at least 1
     * @return traits with that limit
     */
    public Traits framesInFlight(int frames) {
        int checked = atLeast("framesInFlight", 1, frames);
        return new Traits(
                alone, maxFrameBytes, maxChannelBytes, subscribeBatch, attempts, confirmWithin, checked, overtaking);
    }

    /**
     * How many frames of one sender, on whichever channels, may come before one that left earlier, on another. Where frames are signed,
     * one that comes after more of them is taken for a repetition and dropped, which shows as a loss.
     *
     * @param frames at least 0, which is order across channels; at most 65,536, since each node remembers that many of each other one
     * @return traits with that limit
     */
    public Traits overtaking(int frames) {
        int checked = atLeast("overtaking", 0, frames);
        if (checked > MOST_OVERTAKING) {
            throw new IllegalArgumentException("overtaking must be at most " + MOST_OVERTAKING + ", but is " + frames);
        }
        return new Traits(
                alone,
                maxFrameBytes,
                maxChannelBytes,
                subscribeBatch,
                attempts,
                confirmWithin,
                framesInFlight,
                checked);
    }

    private static int atLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ", but is " + value);
        }
        return value;
    }

    /**
     * Whether the node is alone.
     *
     * @return true for {@link #alone()}
     */
    public boolean isAlone() {
        return alone;
    }

    /**
     * The largest frame.
     *
     * @return bytes
     */
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /**
     * The longest name of a channel.
     *
     * @return bytes
     */
    public int maxChannelBytes() {
        return maxChannelBytes;
    }

    /**
     * The largest batch of channels.
     *
     * @return channels
     */
    public int subscribeBatch() {
        return subscribeBatch;
    }

    /**
     * The failed attempts after which the broker counts as not to be had.
     *
     * @return attempts
     */
    public int attempts() {
        return attempts;
    }

    /**
     * How long a join waits for the confirmation of its channel.
     *
     * @return more than zero
     */
    public Duration confirmWithin() {
        return confirmWithin;
    }

    /**
     * How many frames of a channel may be published and not answered.
     *
     * @return frames
     */
    public int framesInFlight() {
        return framesInFlight;
    }

    /**
     * How many frames may overtake one of another channel.
     *
     * @return frames; 0 is order across channels
     */
    public int overtaking() {
        return overtaking;
    }
}
