package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.Departures;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
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
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes the content of messages, as docs/wire.md describes: each begins with the number of its kind. */
final class MessageEncoder implements Message.Visitor<ByteWriter> {

    private final @Nullable Target channelTarget;

    private MessageEncoder(@Nullable Target channelTarget) {
        this.channelTarget = channelTarget;
    }

    /** As {@link FrameCodec#encode(Message, Target)}. */
    static ByteWriter encode(Message message, @Nullable Target channelTarget) {
        ByteWriter out = new ByteWriter(message.weight());
        message.accept(new MessageEncoder(channelTarget), out);
        return out;
    }

    @Override
    public void broadcast(ByteWriter out, Broadcast message) {
        out.u8(MessageKind.BROADCAST.number);
        broadcast(out, message, channelTarget);
    }

    @Override
    public void hello(ByteWriter out, Hello message) {
        out.u8(MessageKind.HELLO.number);
        out.u64(message.round());
        out.text(message.name());
        versions(out, message.versions());
        self(out, channels(message.channels()) | (message.naming() == Naming.HASH ? MessageFlags.NAMING_BY_HASH : 0));
    }

    @Override
    public void welcome(ByteWriter out, Welcome message) {
        out.u8(MessageKind.WELCOME.number);
        out.u64(message.round());
        out.text(message.name());
        versions(out, message.versions());
        out.varint(message.known().size());
        for (Named named : message.known()) {
            out.incarnation(named.incarnation());
            out.text(named.name());
        }
        self(out, message.channels(), message.received());
    }

    @Override
    public void heartbeat(ByteWriter out, Heartbeat message) {
        out.u8(MessageKind.HEARTBEAT.number);
        out.text(message.name());
        versions(out, message.versions());
        self(out, message.channels(), message.received());
    }

    @Override
    public void goodbye(ByteWriter out, Goodbye message) {
        out.u8(MessageKind.GOODBYE.number);
    }

    @Override
    public void queryRequest(ByteWriter out, QueryRequest message) {
        out.u8(MessageKind.QUERY_REQUEST.number);
        out.u64(message.question());
        QueryCodec.encode(out, message.query());
    }

    @Override
    public void queryResponse(ByteWriter out, QueryResponse message) {
        out.u8(MessageKind.QUERY_RESPONSE.number);
        out.u64(message.question());
        out.varint(message.part());
        out.varint(message.parts());
        QueryCodec.encode(out, message.queryResult());
    }

    @Override
    public void emitted(ByteWriter out, Emitted message) {
        out.u8(MessageKind.EMITTED.number);
        QueryCodec.packet(out, message.packet());
    }

    @Override
    public void watch(ByteWriter out, Watch message) {
        out.u8(MessageKind.WATCH.number);
        out.varint(message.version());
        PresenceCodec.encode(out, message.room());
    }

    @Override
    public void watchList(ByteWriter out, WatchList message) {
        out.u8(MessageKind.WATCH_LIST.number);
        out.varint(message.version());
        out.varint(message.part());
        out.varint(message.parts());
        out.varint(message.rooms().size());
        message.rooms().forEach(room -> PresenceCodec.encode(out, room));
    }

    @Override
    public void watchVersion(ByteWriter out, WatchVersion message) {
        out.u8(MessageKind.WATCH_VERSION.number);
        out.varint(message.version());
    }

    @Override
    public void watchListRequest(ByteWriter out, WatchListRequest message) {
        out.u8(MessageKind.WATCH_LIST_REQUEST.number);
    }

    @Override
    public void roomPresence(ByteWriter out, RoomPresence message) {
        out.u8(MessageKind.ROOM_PRESENCE.number);
        out.text(message.room());
        out.varint(message.version());
        out.varint(message.part());
        out.varint(message.parts());
        PresenceCodec.encode(out, message.presenceMessage());
    }

    @Override
    public void challenge(ByteWriter out, Challenge message) {
        out.u8(MessageKind.CHALLENGE.number);
        out.u64(message.number());
    }

    @Override
    public void proof(ByteWriter out, Proof message) {
        out.u8(MessageKind.PROOF.number);
        out.u64(message.number());
        out.varint(message.departures().size());
        for (Departures moment : message.departures()) {
            out.varint(moment.age());
            out.varint(moment.frames());
        }
    }

    @Override
    public void probe(ByteWriter out, Probe message) {
        out.u8(MessageKind.PROBE.number);
    }

    @Override
    public void resendLastSequences(ByteWriter out, ResendLastSequences message) {
        out.u8(MessageKind.RESEND_LAST_SEQUENCES.number);
        out.varint(message.millis());
    }

    @Override
    public void receiptRequest(ByteWriter out, ReceiptRequest message) {
        out.u8(MessageKind.RECEIPT_REQUEST.number);
    }

    @Override
    public void receipt(ByteWriter out, Receipt message) {
        out.u8(MessageKind.RECEIPT.number);
    }

    @Override
    public void unreceived(ByteWriter out, Unreceived message) {
        out.u8(MessageKind.UNRECEIVED.number);
        out.varint(message.millis());
    }

    @Override
    public void namesRequest(ByteWriter out, NamesRequest message) {
        out.u8(MessageKind.NAMES_REQUEST.number);
        out.u64(message.round());
        out.u64(message.known());
    }

    @Override
    public void lastSequence(ByteWriter out, LastSequence message) {
        // A flag of its frame.
    }

    @Override
    public void lastSequences(ByteWriter out, LastSequences message) {
        out.u8(MessageKind.LAST_SEQUENCES.number);
        out.varint(message.numbers().size());
        for (ChannelSequence last : message.numbers()) {
            out.u64(last.channel());
            out.varint(last.stream());
            out.varint(last.number());
            out.varint(last.millis());
        }
    }

    @Override
    public void lastSequenceRequest(ByteWriter out, LastSequenceRequest message) {
        out.u8(MessageKind.LAST_SEQUENCE_REQUEST.number);
        out.varint(message.streams().size());
        message.streams().forEach(out::varint);
    }

    private static void versions(ByteWriter out, Versions versions) {
        out.u8(versions.least());
        out.u8(versions.most());
    }

    /** What a node says of itself, left out if it is nothing. Earlier releases look at the flags that they know, and pass over what follows. */
    private static void self(ByteWriter out, int flags) {
        if (flags != 0) {
            out.u8(flags);
        }
    }

    private static void self(ByteWriter out, ChannelMode channels, OptionalLong received) {
        self(out, channels(channels) | (received.isPresent() ? MessageFlags.RECEIVED_HASH : 0));
        received.ifPresent(out::u64);
    }

    private static int channels(ChannelMode channels) {
        return channels == ChannelMode.STATIC ? MessageFlags.STATIC_CHANNELS : 0;
    }

    private static void broadcast(ByteWriter out, Broadcast m, @Nullable Target channelTarget) {
        Target target = m.target();
        boolean named = channelTarget != null && selectsSame(target, channelTarget);
        boolean excepts = !target.exceptedRoomNames().isEmpty()
                || !target.exceptedMemberIds().isEmpty();
        int selection = named
                ? MessageFlags.CHANNEL_NAME
                : target.isEveryone() ? MessageFlags.EVERYONE : MessageFlags.SELECTION;
        out.u8((m.packet().isText() ? MessageFlags.TEXT : 0)
                | selection
                | (excepts ? MessageFlags.EXCEPTIONS : 0)
                | (m.packet().isDroppable() ? MessageFlags.DROPPABLE : 0));
        if (selection == MessageFlags.SELECTION) {
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
}
