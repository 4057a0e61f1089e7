package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header and the messages of a frame (docs/wire.md).
 *
 * @param version of the wire, in which it is written
 * @param from the node that sent it
 * @param stream the life of the sender's counter for this channel; renewed whenever the sender forgets the counter
 * @param number the frame's sequence number in that stream, from 1; a last-sequence frame repeats that of the last
 *     frame
 * @param order the frame's place among all frames of its sender, from 1, if it is signed; else {@link #UNSEALED}
 * @param part which of {@code parts} this is, from 0; a message that fits into one frame is part 0 of 1
 * @param parts into how many frames the messages are cut
 * @param marks which frames a receiver must have received of a stream that is new to it; oldest first
 * @param hashes of the selected names; a node that has none of them drops the frame; null if the frame is for every
 *     node
 * @param messages the content
 */
public record Frame(
        int version,
        Incarnation from,
        long stream,
        long number,
        long order,
        int part,
        int parts,
        List<HeartbeatMark> marks,
        int @Nullable [] hashes,
        List<Message> messages) {

    static final long UNSEALED = -1;

    /** The version in which nodes introduce themselves, whatever else they speak. */
    public static final int FIRST_VERSION = 1;

    /** Of the names that a frame selects. More are not told: then every node reads it. */
    public static final int MOST_HASHES = 64;

    public Frame(
            Incarnation from,
            long stream,
            long number,
            int part,
            int parts,
            int @Nullable [] hashes,
            List<Message> messages) {
        this(from, stream, number, part, parts, List.of(), hashes, messages);
    }

    public Frame(
            Incarnation from,
            long stream,
            long number,
            int part,
            int parts,
            List<HeartbeatMark> marks,
            int @Nullable [] hashes,
            List<Message> messages) {
        this(FIRST_VERSION, from, stream, number, UNSEALED, part, parts, marks, hashes, messages);
    }

    /** What is the same in all versions: whose frame it is, its number, its place, and whether it is a tail. */
    public static Frame outline(int version, Incarnation from, long stream, long number, long order, boolean isTail) {
        List<Message> known = isTail ? List.of(new LastSequence()) : List.of();
        return new Frame(version, from, stream, number, order, 0, 1, List.of(), null, known);
    }

    /** Whether this only says up to which number frames have left. */
    public boolean isTail() {
        return messages.size() == 1 && messages.get(0) instanceof LastSequence;
    }

    boolean isSealed() {
        return order != UNSEALED;
    }

    public Frame with(List<Message> content) {
        return new Frame(version, from, stream, number, order, part, parts, marks, hashes, content);
    }
}
