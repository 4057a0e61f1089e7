package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.Departures;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Naming;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.codec.Message.Proof;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.Receipt;
import dev.roomcast.adapter.engine.codec.Message.ReceiptRequest;
import dev.roomcast.adapter.engine.codec.Message.ResendLastSequences;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Unreceived;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchListRequest;
import dev.roomcast.adapter.engine.codec.Message.WatchVersion;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.config.ChannelMode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
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

    private static final int BROADCAST = 1;
    private static final int HELLO = 2;
    private static final int WELCOME = 3;
    private static final int HEARTBEAT = 4;
    private static final int GOODBYE = 5;
    private static final int ASKED = 6;
    private static final int FOUND = 7;
    private static final int PROBE = 8;
    private static final int UNHEARD = 9;
    private static final int EMITTED = 10;
    private static final int WATCH = 11;
    private static final int WATCH_LIST = 12;
    private static final int WATCHING = 13;
    private static final int WATCH_ASKED = 14;
    private static final int PRESENT = 15;
    private static final int CHALLENGE = 16;
    private static final int PROOF = 17;
    private static final int RECEIPT_REQUEST = 18;
    private static final int RECEIPT = 19;
    private static final int UNRECEIVED = 20;
    private static final int NAMES_REQUEST = 21;
    private static final int LAST_NUMBERS = 22;
    private static final int TAIL_REQUEST = 23;

    /** Of what a node says of itself. */
    private static final int STATIC_CHANNELS = 1;

    private static final int RECEIVED_HASH = 2;
    private static final int NAMING_BY_HASH = 4;

    private static final int TEXT = 1;
    private static final int EVERYONE = 2;
    private static final int CHANNEL_NAME = 4;
    private static final int SELECTION = 8;
    private static final int EXCEPTIONS = 16;
    private static final int DROPPABLE = 32;

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
        ByteWriter out = new ByteWriter(message.weight());
        if (message instanceof Broadcast m) {
            out.u8(BROADCAST);
            broadcast(out, m, channelTarget);
        } else if (message instanceof Hello m) {
            out.u8(HELLO);
            out.u64(m.round());
            out.text(m.name());
            versions(out, m.versions());
            says(out, channels(m.channels()) | (m.naming() == Naming.HASH ? NAMING_BY_HASH : 0));
        } else if (message instanceof Welcome m) {
            out.u8(WELCOME);
            out.u64(m.round());
            out.text(m.name());
            versions(out, m.versions());
            out.varint(m.known().size());
            for (Named named : m.known()) {
                out.incarnation(named.incarnation());
                out.text(named.name());
            }
            says(out, m.channels(), m.received());
        } else if (message instanceof Heartbeat m) {
            out.u8(HEARTBEAT);
            out.text(m.name());
            versions(out, m.versions());
            says(out, m.channels(), m.received());
        } else if (message instanceof Goodbye) {
            out.u8(GOODBYE);
        } else if (message instanceof QueryRequest m) {
            out.u8(ASKED);
            out.u64(m.question());
            QueryCodec.encode(out, m.query());
        } else if (message instanceof QueryResponse m) {
            out.u8(FOUND);
            out.u64(m.question());
            out.varint(m.part());
            out.varint(m.parts());
            QueryCodec.encode(out, m.queryResult());
        } else if (message instanceof Emitted m) {
            out.u8(EMITTED);
            QueryCodec.packet(out, m.packet());
        } else if (message instanceof Watch m) {
            out.u8(WATCH);
            out.varint(m.version());
            PresenceCodec.encode(out, m.room());
        } else if (message instanceof WatchList m) {
            out.u8(WATCH_LIST);
            out.varint(m.version());
            out.varint(m.part());
            out.varint(m.parts());
            out.varint(m.rooms().size());
            m.rooms().forEach(room -> PresenceCodec.encode(out, room));
        } else if (message instanceof WatchVersion m) {
            out.u8(WATCHING);
            out.varint(m.version());
        } else if (message instanceof WatchListRequest) {
            out.u8(WATCH_ASKED);
        } else if (message instanceof RoomPresence m) {
            out.u8(PRESENT);
            out.text(m.room());
            out.varint(m.version());
            out.varint(m.part());
            out.varint(m.parts());
            PresenceCodec.encode(out, m.presenceMessage());
        } else if (message instanceof Challenge m) {
            out.u8(CHALLENGE);
            out.u64(m.number());
        } else if (message instanceof Proof m) {
            out.u8(PROOF);
            out.u64(m.number());
            out.varint(m.departures().size());
            for (Departures moment : m.departures()) {
                out.varint(moment.age());
                out.varint(moment.frames());
            }
        } else if (message instanceof Probe) {
            out.u8(PROBE);
        } else if (message instanceof ResendLastSequences m) {
            out.u8(UNHEARD);
            out.varint(m.millis());
        } else if (message instanceof ReceiptRequest) {
            out.u8(RECEIPT_REQUEST);
        } else if (message instanceof Receipt) {
            out.u8(RECEIPT);
        } else if (message instanceof Unreceived m) {
            out.u8(UNRECEIVED);
            out.varint(m.millis());
        } else if (message instanceof NamesRequest m) {
            out.u8(NAMES_REQUEST);
            out.u64(m.round());
            out.u64(m.known());
        } else if (message instanceof LastSequences m) {
            out.u8(LAST_NUMBERS);
            out.varint(m.numbers().size());
            for (ChannelSequence last : m.numbers()) {
                out.u64(last.channel());
                out.varint(last.stream());
                out.varint(last.number());
                out.varint(last.millis());
            }
        } else if (message instanceof LastSequenceRequest m) {
            out.u8(TAIL_REQUEST);
            out.varint(m.streams().size());
            m.streams().forEach(out::varint);
        }
        // A tail is a flag of its frame.
        return out;
    }

    private static void versions(ByteWriter out, Versions versions) {
        out.u8(versions.least());
        out.u8(versions.most());
    }

    /** What a node says of itself, left out if it is nothing. Earlier releases look at the flags that they know, and pass over what follows. */
    private static void says(ByteWriter out, int flags) {
        if (flags != 0) {
            out.u8(flags);
        }
    }

    private static void says(ByteWriter out, ChannelMode channels, OptionalLong received) {
        says(out, channels(channels) | (received.isPresent() ? RECEIVED_HASH : 0));
        received.ifPresent(out::u64);
    }

    private static int channels(ChannelMode channels) {
        return channels == ChannelMode.STATIC ? STATIC_CHANNELS : 0;
    }

    private static ChannelMode channels(int flags) {
        return (flags & STATIC_CHANNELS) != 0 ? ChannelMode.STATIC : ChannelMode.PER_ROOM;
    }

    private static int flags(ByteReader in) {
        return in.hasMore() ? in.u8() : 0;
    }

    private static OptionalLong received(ByteReader in, int flags) {
        return (flags & RECEIVED_HASH) != 0 ? OptionalLong.of(in.u64()) : OptionalLong.empty();
    }

    private static Hello hello(ByteReader in) {
        long round = in.u64();
        String name = in.text();
        Versions versions = versions(in);
        int flags = flags(in);
        Naming naming = (flags & NAMING_BY_HASH) != 0 ? Naming.HASH : Naming.LIST;
        return new Hello(round, name, versions, channels(flags), naming);
    }

    private static Welcome welcome(ByteReader in) {
        long round = in.u64();
        String name = in.text();
        Versions versions = versions(in);
        List<Named> known = named(in);
        int flags = flags(in);
        return new Welcome(round, name, versions, known, channels(flags), received(in, flags));
    }

    private static Heartbeat heartbeat(ByteReader in) {
        String name = in.text();
        Versions versions = versions(in);
        int flags = flags(in);
        return new Heartbeat(name, versions, channels(flags), received(in, flags));
    }

    private static void broadcast(ByteWriter out, Broadcast m, @Nullable Target channelTarget) {
        Target target = m.target();
        boolean named = channelTarget != null && selectsSame(target, channelTarget);
        boolean excepts = !target.exceptedRoomNames().isEmpty()
                || !target.exceptedMemberIds().isEmpty();
        int selection = named ? CHANNEL_NAME : target.isEveryone() ? EVERYONE : SELECTION;
        out.u8((m.packet().isText() ? TEXT : 0)
                | selection
                | (excepts ? EXCEPTIONS : 0)
                | (m.packet().isDroppable() ? DROPPABLE : 0));
        if (selection == SELECTION) {
            out.texts(target.roomNames());
            out.texts(target.memberIds());
            out.texts(target.userIds());
        }
        if (excepts) {
            out.texts(target.exceptedRoomNames());
            out.texts(target.exceptedMemberIds());
        }
        out.raw(m.packet().bytes());
    }

    private static boolean selectsSame(Target target, Target channelTarget) {
        return !target.isEveryone()
                && target.roomNames().equals(channelTarget.roomNames())
                && target.userIds().equals(channelTarget.userIds())
                && target.memberIds().isEmpty();
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
            Message message = message(in.sized(), channelTarget);
            // A kind that this node does not know is a later addition to the same version: its sender can do without
            // us.
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    private static @Nullable Message message(ByteReader in, @Nullable Target channelTarget) {
        return switch (in.u8()) {
            case BROADCAST -> broadcast(in, channelTarget);
            case HELLO -> hello(in);
            case WELCOME -> welcome(in);
            case HEARTBEAT -> heartbeat(in);
            case GOODBYE -> new Goodbye();
            case ASKED -> asked(in);
            case FOUND -> found(in);
            case EMITTED -> new Emitted(QueryCodec.packet(in));
            case WATCH -> new Watch(in.varint(), PresenceCodec.watched(in));
            case WATCH_LIST -> new WatchList(in.varint(), in.number(), in.number(), PresenceCodec.allWatched(in));
            case WATCHING -> new WatchVersion(in.varint());
            case WATCH_ASKED -> new WatchListRequest();
            case PRESENT -> present(in);
            case CHALLENGE -> new Challenge(in.u64());
            case PROOF -> new Proof(in.u64(), departures(in));
            case PROBE -> new Probe();
            case UNHEARD -> new ResendLastSequences(in.number());
            case RECEIPT_REQUEST -> new ReceiptRequest();
            case RECEIPT -> new Receipt();
            case UNRECEIVED -> new Unreceived(in.number());
            case NAMES_REQUEST -> new NamesRequest(in.u64(), in.u64());
            case LAST_NUMBERS -> new LastSequences(lastNumbers(in));
            case TAIL_REQUEST -> new LastSequenceRequest(streams(in));
            default -> null;
        };
    }

    private static @Nullable Message asked(ByteReader in) {
        long question = in.u64();
        Query query = QueryCodec.inquiry(in);
        return query == null ? null : new QueryRequest(question, query);
    }

    private static @Nullable Message found(ByteReader in) {
        long question = in.u64();
        int part = in.number();
        int parts = in.number();
        QueryResult queryResult = QueryCodec.finding(in);
        return queryResult == null ? null : new QueryResponse(question, part, parts, queryResult);
    }

    private static @Nullable Message present(ByteReader in) {
        String room = in.text();
        long version = in.varint();
        int part = in.number();
        int parts = in.number();
        PresenceMessage presenceMessage = PresenceCodec.presence(in);
        return presenceMessage == null ? null : new RoomPresence(room, version, part, parts, presenceMessage);
    }

    private static Versions versions(ByteReader in) {
        Versions versions = new Versions(in.u8(), in.u8());
        if (versions.least() < Frame.FIRST_VERSION || versions.least() > versions.most()) {
            throw new MalformedFrameException("versions out of range, or of which the least is more than the most");
        }
        return versions;
    }

    private static List<Named> named(ByteReader in) {
        int count = in.count(17);
        List<Named> named = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            named.add(new Named(in.incarnation(), in.text()));
        }
        return named;
    }

    private static List<Departures> departures(ByteReader in) {
        int count = in.count(2);
        List<Departures> departures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            departures.add(new Departures(in.varint(), in.varint()));
        }
        return departures;
    }

    private static List<ChannelSequence> lastNumbers(ByteReader in) {
        int count = in.count(Long.BYTES + 3);
        List<ChannelSequence> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(new ChannelSequence(in.u64(), in.varint(), in.varint(), in.number()));
        }
        return numbers;
    }

    private static List<Long> streams(ByteReader in) {
        int count = in.count(1);
        List<Long> streams = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            streams.add(in.varint());
        }
        return streams;
    }

    private static Broadcast broadcast(ByteReader in, @Nullable Target channelTarget) {
        int flags = in.u8();
        Target target = selection(in, flags, channelTarget);
        if ((flags & EXCEPTIONS) != 0) {
            Set<String> rooms = in.texts();
            target = target.exceptRooms(rooms).exceptMembers(in.texts());
        }
        Packet packet = (flags & TEXT) != 0 ? Packet.text(in.rest()) : Packet.bytes(in.rest());
        return new Broadcast(target, (flags & DROPPABLE) != 0 ? packet.asDroppable() : packet);
    }

    private static Target selection(ByteReader in, int flags, @Nullable Target channelTarget) {
        if ((flags & CHANNEL_NAME) != 0) {
            if (channelTarget == null) {
                throw new MalformedFrameException("a packet for the channel's room, on a channel that has none");
            }
            return channelTarget;
        }
        if ((flags & EVERYONE) != 0) {
            return Target.everyone();
        }
        Set<String> rooms = in.texts();
        Set<String> members = in.texts();
        return Target.rooms(rooms).and(Target.members(members)).and(Target.users(in.texts()));
    }
}
