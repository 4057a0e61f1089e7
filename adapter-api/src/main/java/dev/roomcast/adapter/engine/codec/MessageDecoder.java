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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the content of messages, as {@link MessageEncoder} writes it. */
final class MessageDecoder {

    private MessageDecoder() {}

    /**
     * Reads one message.
     *
     * @return null if its kind is a later addition to the same version: its sender can do without this node
     */
    static @Nullable Message decode(ByteReader in, @Nullable Target channelTarget) {
        MessageKind kind = MessageKind.of(in.u8());
        if (kind == null) {
            return null;
        }
        // An expression without a default: a kind that is forgotten here does not compile.
        return switch (kind) {
            case BROADCAST -> broadcast(in, channelTarget);
            case HELLO -> hello(in);
            case WELCOME -> welcome(in);
            case HEARTBEAT -> heartbeat(in);
            case GOODBYE -> new Goodbye();
            case QUERY_REQUEST -> queryRequest(in);
            case QUERY_RESPONSE -> queryResponse(in);
            case EMITTED -> new Emitted(QueryCodec.packet(in));
            case WATCH -> new Watch(in.varint(), PresenceCodec.watched(in));
            case WATCH_LIST -> new WatchList(in.varint(), in.number(), in.number(), PresenceCodec.allWatched(in));
            case WATCH_VERSION -> new WatchVersion(in.varint());
            case WATCH_LIST_REQUEST -> new WatchListRequest();
            case ROOM_PRESENCE -> roomPresence(in);
            case CHALLENGE -> new Challenge(in.u64());
            case PROOF -> new Proof(in.u64(), departures(in));
            case PROBE -> new Probe();
            case RESEND_LAST_SEQUENCES -> new ResendLastSequences(in.number());
            case RECEIPT_REQUEST -> new ReceiptRequest();
            case RECEIPT -> new Receipt();
            case UNRECEIVED -> new Unreceived(in.number());
            case NAMES_REQUEST -> new NamesRequest(in.u64(), in.u64());
            case LAST_SEQUENCES -> new LastSequences(channelSequences(in));
            case LAST_SEQUENCE_REQUEST -> new LastSequenceRequest(streams(in));
        };
    }

    private static ChannelMode channels(int flags) {
        return (flags & MessageFlags.STATIC_CHANNELS) != 0 ? ChannelMode.STATIC : ChannelMode.PER_ROOM;
    }

    private static int flags(ByteReader in) {
        return in.hasMore() ? in.u8() : 0;
    }

    private static OptionalLong received(ByteReader in, int flags) {
        return (flags & MessageFlags.RECEIVED_HASH) != 0 ? OptionalLong.of(in.u64()) : OptionalLong.empty();
    }

    private static Hello hello(ByteReader in) {
        long round = in.u64();
        String name = in.text();
        Versions versions = versions(in);
        int flags = flags(in);
        Naming naming = (flags & MessageFlags.NAMING_BY_HASH) != 0 ? Naming.HASH : Naming.LIST;
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

    private static @Nullable Message queryRequest(ByteReader in) {
        long question = in.u64();
        Query query = QueryCodec.inquiry(in);
        return query == null ? null : new QueryRequest(question, query);
    }

    private static @Nullable Message queryResponse(ByteReader in) {
        long question = in.u64();
        int part = in.number();
        int parts = in.number();
        QueryResult queryResult = QueryCodec.finding(in);
        return queryResult == null ? null : new QueryResponse(question, part, parts, queryResult);
    }

    private static @Nullable Message roomPresence(ByteReader in) {
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

    private static List<ChannelSequence> channelSequences(ByteReader in) {
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
        if ((flags & MessageFlags.EXCEPTIONS) != 0) {
            Set<String> rooms = in.texts();
            target = target.exceptRooms(rooms).exceptMembers(in.texts());
        }
        Packet packet = (flags & MessageFlags.TEXT) != 0 ? Packet.text(in.rest()) : Packet.bytes(in.rest());
        return new Broadcast(target, (flags & MessageFlags.DROPPABLE) != 0 ? packet.asDroppable() : packet);
    }

    private static Target selection(ByteReader in, int flags, @Nullable Target channelTarget) {
        if ((flags & MessageFlags.CHANNEL_NAME) != 0) {
            if (channelTarget == null) {
                throw new MalformedFrameException("a packet for the channel's room, on a channel that has none");
            }
            return channelTarget;
        }
        if ((flags & MessageFlags.EVERYONE) != 0) {
            return Target.everyone();
        }
        Set<String> rooms = in.texts();
        Set<String> members = in.texts();
        return Target.rooms(rooms).and(Target.members(members)).and(Target.users(in.texts()));
    }
}
