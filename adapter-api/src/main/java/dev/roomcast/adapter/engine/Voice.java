package dev.roomcast.adapter.engine;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the frames of a node are written: in which version of the wire, after how many others, and with which seal, if any. The count belongs
 * to the drain's turn.
 */
final class Voice {

    private final IntSupplier spoken;
    private final @Nullable Seal seal;
    private long frames;
    private long lastBeat;
    private volatile long floor;

    Voice(IntSupplier spoken, @Nullable Seal seal) {
        this.spoken = spoken;
        this.seal = seal;
    }

    int versionOf(Message message) {
        return message.isIntroduction() ? Codec.FIRST : spoken.getAsInt();
    }

    /** A frame is begun. Returns its place among all that this node sends, where that is said. */
    long next() {
        return seal == null ? Frame.UNSEALED : ++frames;
    }

    /** The frame that was begun last brings a heartbeat. */
    void beat() {
        floor = lastBeat;
        lastBeat = frames;
    }

    /** Up to which frame there is nothing that somebody needs who meets this node now: the heartbeat before the last. On any thread. */
    long floor() {
        return floor;
    }

    byte[] sealed(String channel, byte[] frame) {
        if (seal != null) {
            seal.put(channel, frame);
        }
        return frame;
    }
}
