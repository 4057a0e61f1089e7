package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames to bytes and back, as docs/wire.md describes. No Java serialization, no names of classes, no recursion. */
public final class FrameCodec {

    /** What this release speaks. */
    public static final Versions VERSIONS = new Versions(Frame.FIRST_VERSION, 1);

    /** More than a header with an incarnation, a stream, numbers and a message's length can take; hashes come on top. */
    public static final int HEADER_BYTES = 128;

    private static final int MAGIC = 0x5243;
    /** Up to the incarnation, which comes with every frame. */
    private static final int SHORTEST = 20;

    private static final int HAS_PARTS = 1;
    private static final int HAS_HASHES = 2;
    // Parts are not put together yet, so they are not understood.
    private static final int IS_SEALED = 4;
    private static final int HAS_MARKS = 8;
    private static final int IS_TAIL = 16;
    private static final int KNOWN_FLAGS = HAS_HASHES | IS_SEALED | HAS_MARKS | IS_TAIL;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FrameCodec() {}

    /**
     * Encodes a frame.
     *
     * @param channelTarget what the channel stands for, if that is one room or user: a broadcast to just that leaves its name out
     */
    public static byte[] encode(Frame frame, @Nullable Target channelTarget) {
        return frame(
                frame,
                frame.messages().stream()
                        .map(message -> encode(message, channelTarget))
                        .toList());
    }

    /** A frame's header, its messages as they were encoded before, and room for its seal, if it is to have one. */
    public static byte[] frame(Frame frame, List<ByteWriter> messages) {
        int bytes = HEADER_BYTES;
        for (ByteWriter message : messages) {
            bytes += sizedBytes(message);
        }
        ByteWriter out = new ByteWriter(bytes);
        int[] hashes = frame.hashes();
        List<HeartbeatMark> marks = frame.marks();
        boolean cut = frame.parts() > 1;
        out.u8(MAGIC >>> 8);
        out.u8(MAGIC);
        out.u8(frame.version());
        out.u8((cut ? HAS_PARTS : 0)
                | (hashes != null ? HAS_HASHES : 0)
                | (frame.isSealed() ? IS_SEALED : 0)
                | (marks.isEmpty() ? 0 : HAS_MARKS)
                | (frame.isTail() ? IS_TAIL : 0));
        out.incarnation(frame.from());
        out.u64(frame.stream());
        out.varint(frame.number());
        if (frame.isSealed()) {
            out.varint(frame.order());
        }
        if (cut) {
            out.varint(frame.part());
            out.varint(frame.parts());
        }
        if (!marks.isEmpty()) {
            out.varint(marks.size());
            for (HeartbeatMark heartbeatMark : marks) {
                out.varint(Math.max(0, frame.number() - heartbeatMark.before()));
                out.varint(heartbeatMark.mark());
            }
        }
        if (hashes != null) {
            out.varint(hashes.length);
            for (int hash : hashes) {
                out.u32(hash);
            }
        }
        if (!frame.isTail()) {
            messages.forEach(out::sized);
        }
        if (frame.isSealed()) {
            out.raw(new byte[FrameMac.BYTES], FrameMac.BYTES);
        }
        return out.toBytes();
    }

    /** The bytes that a message takes in a frame at most, its length included. */
    public static int sizedBytes(ByteWriter message) {
        return message.size() + 5;
    }

    /** How large a frame with just this message is at most: on the channel of its room it may be smaller. */
    public static long largestFrame(Message message) {
        long hashes = (long) Integer.BYTES * Frame.MOST_HASHES;
        return HEADER_BYTES + hashes + sizedBytes(encode(message, null));
    }

    /** The content of a message, without its length. */
    public static ByteWriter encode(Message message, @Nullable Target channelTarget) {
        return MessageEncoder.encode(message, channelTarget);
    }

    /** Whether bytes, as far as they are a frame, say that it is sealed. */
    public static boolean isSealed(byte[] bytes) {
        return bytes.length > SHORTEST + FrameMac.BYTES && (bytes[3] & IS_SEALED) != 0;
    }

    /** Reads a frame up to its seal, if it has one. */
    public static ByteReader reader(byte[] bytes) {
        return isSealed(bytes) ? new ByteReader(bytes, bytes.length - FrameMac.BYTES) : new ByteReader(bytes);
    }

    /** Whether bytes begin as a frame of this node's does: found without decoding it. */
    public static boolean isFrom(Incarnation node, byte[] bytes) {
        return bytes.length >= SHORTEST
                && (long) LONGS.get(bytes, 4) == node.high()
                && (long) LONGS.get(bytes, 12) == node.low();
    }

    /**
     * Decodes a frame.
     *
     * @param channelTarget as for {@link #encode(Frame, Target)}
     * @throws MalformedFrameException if the bytes are no frame
     * @throws UnsupportedVersionException if they are one that this node cannot read
     */
    public static Frame decode(byte[] bytes, @Nullable Target channelTarget) {
        return decode(bytes, channelTarget, VERSIONS);
    }

    /** As the other one, for a node that reads these versions. */
    public static Frame decode(byte[] bytes, @Nullable Target channelTarget, Versions read) {
        ByteReader in = reader(bytes);
        Frame header = header(in, read);
        return header.with(messages(in, header, channelTarget));
    }

    /**
     * Decodes what comes before a frame's messages, which are left to {@link #messages(ByteReader, Frame, Target)}: a tail is known
     * as one, every other frame is without messages yet.
     *
     * @param read the versions that this node reads; introductions come in {@link Frame#FIRST_VERSION} all the same
     * @throws MalformedFrameException if the bytes are no frame
     * @throws UnsupportedVersionException if they are one that this node cannot read
     */
    public static Frame header(ByteReader in, Versions read) {
        if ((in.u8() << 8 | in.u8()) != MAGIC) {
            throw new MalformedFrameException("not a Roomcast frame");
        }
        int version = in.u8();
        int flags = in.u8();
        Incarnation from = in.incarnation();
        long stream = in.u64();
        long number = in.varint();
        if (number < 1) {
            throw new MalformedFrameException("a frame without number");
        }
        long order = (flags & IS_SEALED) != 0 ? in.varint() : Frame.UNSEALED;
        if (order < Frame.UNSEALED) {
            throw new MalformedFrameException("a place out of range");
        }
        Frame outline = Frame.outline(version, from, stream, number, order, (flags & IS_TAIL) != 0);
        if (version != Frame.FIRST_VERSION && !read.include(version) || (flags & ~KNOWN_FLAGS) != 0) {
            throw new UnsupportedVersionException(
                    outline,
                    "node " + from + " sends version " + version + " with flags " + flags + ", and this node reads "
                            + read);
        }
        List<HeartbeatMark> marks = (flags & HAS_MARKS) != 0 ? marks(in, number) : List.of();
        int[] hashes = (flags & HAS_HASHES) != 0 ? hashes(in) : null;
        return new Frame(version, from, stream, number, order, 0, 1, marks, hashes, outline.messages());
    }

    private static List<HeartbeatMark> marks(ByteReader in, long number) {
        int count = in.count(2);
        List<HeartbeatMark> marks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long before = number - in.varint();
            long mark = in.varint();
            if (before < 0 || before > number || mark < 0) {
                throw new MalformedFrameException("a mark out of range");
            }
            marks.add(new HeartbeatMark(before, mark));
        }
        return marks;
    }

    private static int[] hashes(ByteReader in) {
        int[] hashes = new int[in.count(Integer.BYTES)];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = in.u32();
        }
        return hashes;
    }

    /**
     * Decodes a frame's messages.
     *
     * @param in stands where the header ended
     * @throws MalformedFrameException if they are none
     */
    public static List<Message> messages(ByteReader in, Frame header, @Nullable Target channelTarget) {
        if (header.isTail()) {
            return header.messages();
        }
        List<Message> messages = new ArrayList<>(1);
        while (in.hasMore()) {
            Message message = MessageDecoder.decode(in.sized(), channelTarget);
            // A kind that this node does not know is a later addition to the same version: its sender can do without
            // us.
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }
}
