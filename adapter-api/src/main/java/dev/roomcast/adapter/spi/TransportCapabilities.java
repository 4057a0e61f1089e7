package dev.roomcast.adapter.spi;

import java.time.Duration;

/**
 * What a transport can do, and how long the engine waits for it.
 *
 * <p><i>Threading:</i> immutable. A {@link Builder} is for one thread.
 *
 * @param isAlone whether it reaches no other node; see {@link #alone()}
 * @param maxFrameBytes the largest frame in bytes, at least 1024
 * @param maxChannelBytes the longest name of a channel in bytes, at least 63
 * @param subscribeBatch the most channels in one call of {@link Transport#subscribe} or {@link Transport#unsubscribe}, at least 1
 * @param attempts the failed attempts in a row after which health is DOWN, at least 1
 * @param confirmWithin the longest time that a join waits for the confirmation of its channel, more than zero
 * @param framesInFlight the most frames of one channel that are published and not answered, at least 1
 * @param overtaking the most frames of one sender that may come before one that left earlier on another channel, 0 to 65,536
 */
public record TransportCapabilities(
        boolean isAlone,
        int maxFrameBytes,
        int maxChannelBytes,
        int subscribeBatch,
        int attempts,
        Duration confirmWithin,
        int framesInFlight,
        int overtaking) {

    private static final int SMALLEST_FRAME = 1024;
    private static final int SHORTEST_CHANNEL_NAME = 63;
    private static final int MOST_OVERTAKING = 1 << 16;

    /**
     * Checks the ranges.
     *
     * @param isAlone see {@link #alone()}
     * @param maxFrameBytes at least 1024
     * @param maxChannelBytes at least 63
     * @param subscribeBatch at least 1
     * @param attempts at least 1
     * @param confirmWithin more than zero
     * @param framesInFlight at least 1
     * @param overtaking 0 to 65,536
     * @throws IllegalArgumentException if a value is out of its range; the message names it
     */
    public TransportCapabilities {
        atLeast("maxFrameBytes", SMALLEST_FRAME, maxFrameBytes);
        atLeast("maxChannelBytes", SHORTEST_CHANNEL_NAME, maxChannelBytes);
        atLeast("subscribeBatch", 1, subscribeBatch);
        atLeast("attempts", 1, attempts);
        if (confirmWithin.isZero() || confirmWithin.isNegative()) {
            throw new IllegalArgumentException("confirmWithin must be more than zero, but is " + confirmWithin);
        }
        atLeast("framesInFlight", 1, framesInFlight);
        atLeast("overtaking", 0, overtaking);
        if (overtaking > MOST_OVERTAKING) {
            throw new IllegalArgumentException(
                    "overtaking must be at most " + MOST_OVERTAKING + ", but is " + overtaking);
        }
    }

    private static void atLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ", but is " + value);
        }
    }

    /**
     * The capabilities of a transport that limits nothing but the size of a frame; see {@link #builder} for the other values.
     *
     * @param maxFrameBytes the largest frame in bytes, at least 1024
     * @return those capabilities
     */
    public static TransportCapabilities of(int maxFrameBytes) {
        return builder(maxFrameBytes).build();
    }

    /**
     * The capabilities of a transport that reaches no other node; see {@link Transport#none()}.
     *
     * @return those capabilities
     */
    public static TransportCapabilities alone() {
        return new Builder(true, Integer.MAX_VALUE).build();
    }

    /**
     * Begins with the defaults: names of channels of up to 512 bytes, batches of 512 channels, 10 attempts, confirmations within 5 s,
     * 2 frames in flight for each channel, order across channels.
     *
     * @param maxFrameBytes the largest frame in bytes, at least 1024
     * @return a builder
     */
    public static Builder builder(int maxFrameBytes) {
        return new Builder(false, maxFrameBytes);
    }

    /**
     * Begins with these values.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        return new Builder(isAlone, maxFrameBytes)
                .maxChannelBytes(maxChannelBytes)
                .subscribeBatch(subscribeBatch)
                .attempts(attempts)
                .confirmWithin(confirmWithin)
                .framesInFlight(framesInFlight)
                .overtaking(overtaking);
    }

    /** Changes values one by one. {@link #build} checks them. */
    public static final class Builder {

        private final boolean isAlone;
        private final int maxFrameBytes;
        private int maxChannelBytes = 512;
        private int subscribeBatch = 512;
        private int attempts = 10;
        private Duration confirmWithin = Duration.ofSeconds(5);
        private int framesInFlight = 2;
        private int overtaking;

        private Builder(boolean isAlone, int maxFrameBytes) {
            this.isAlone = isAlone;
            this.maxFrameBytes = maxFrameBytes;
        }

        /**
         * The longest name of a channel. The engine gives a channel whose name would be longer a name of fixed length.
         *
         * @param bytes at least 63, as PostgreSQL has it
         * @return this builder
         */
        public Builder maxChannelBytes(int bytes) {
            this.maxChannelBytes = bytes;
            return this;
        }

        /**
         * The largest number of channels in one call of {@link Transport#subscribe} or {@link Transport#unsubscribe}.
         *
         * @param channels at least 1
         * @return this builder
         */
        public Builder subscribeBatch(int channels) {
            this.subscribeBatch = channels;
            return this;
        }

        /**
         * The {@linkplain Receiver#linkFailed failed attempts} in a row after which health is DOWN and {@code ready()} fails. Attempts go
         * on.
         *
         * @param inARow at least 1
         * @return this builder
         */
        public Builder attempts(int inARow) {
            this.attempts = inARow;
            return this;
        }

        /**
         * How long a join waits for the confirmation of its channel. A frame that is not answered for more than twice this time fails as
         * unknown, and the engine ends its connection ({@link Transport#resetPublishing}).
         *
         * @param time more than zero
         * @return this builder
         */
        public Builder confirmWithin(Duration time) {
            this.confirmWithin = time;
            return this;
        }

        /**
         * How many frames of a channel may be published and not answered. Below that a packet leaves at once. At that, packets collect until
         * an answer comes, and leave together.
         *
         * @param frames at least 1
         * @return this builder
         */
        public Builder framesInFlight(int frames) {
            this.framesInFlight = frames;
            return this;
        }

        /**
         * How many frames of one sender, on whichever channels, may come before one that left earlier, on another. Where frames are
         * signed, the engine takes one that comes after more of them for a repetition and drops it, which shows as a loss.
         *
         * @param frames at least 0, which is order across channels; at most 65,536, since each node remembers that many of each other one
         * @return this builder
         */
        public Builder overtaking(int frames) {
            this.overtaking = frames;
            return this;
        }

        /**
         * Checks the values.
         *
         * @return the capabilities
         * @throws IllegalArgumentException if a value is out of its range; the message names it
         */
        public TransportCapabilities build() {
            return new TransportCapabilities(
                    isAlone,
                    maxFrameBytes,
                    maxChannelBytes,
                    subscribeBatch,
                    attempts,
                    confirmWithin,
                    framesInFlight,
                    overtaking);
        }
    }
}
