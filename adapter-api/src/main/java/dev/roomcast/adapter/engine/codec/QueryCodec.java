package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import dev.roomcast.adapter.engine.runtime.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes queries and their results (docs/wire.md). An unknown kind is null when decoded: the asking node
 * is newer, and counts the answer as missing.
 */
final class QueryCodec {

    private static final int ROOM_NAMES = 1;
    private static final int MEMBERS = 2;
    private static final int COUNT = 3;
    private static final int USERS = 4;
    private static final int JOIN = 5;
    private static final int LEAVE = 6;
    private static final int DISCONNECT = 7;
    private static final int ASK = 8;
    private static final int REQUEST = 9;

    private static final int TEXTS = 1;
    private static final int DESCRIBED = 2;
    private static final int NUMBER = 3;
    private static final int DONE = 4;
    private static final int FAILED = 5;
    private static final int REPLY = 6;
    private static final int SAID = 7;

    private static final int TEXT = 1;
    private static final int DROPPABLE = 2;

    /** By their numbers. */
    private static final List<Kind> KINDS =
            List.of(Kind.ENDED, Kind.GOING_AWAY, Kind.BANNED, Kind.FAILED, Kind.TOO_SLOW, Kind.REPLACED);

    private QueryCodec() {}

    static void encode(ByteWriter out, Query query) {
        if (query instanceof Query.RoomNames) {
            out.u8(ROOM_NAMES);
        } else if (query instanceof Query.Members i) {
            out.u8(MEMBERS);
            target(out, i.target());
        } else if (query instanceof Query.Count i) {
            out.u8(COUNT);
            target(out, i.target());
        } else if (query instanceof Query.Users i) {
            out.u8(USERS);
            target(out, i.target());
        } else if (query instanceof Query.Join i) {
            out.u8(JOIN);
            target(out, i.target());
            out.texts(i.rooms());
        } else if (query instanceof Query.Leave i) {
            out.u8(LEAVE);
            target(out, i.target());
            out.texts(i.rooms());
        } else if (query instanceof Query.Disconnect i) {
            out.u8(DISCONNECT);
            target(out, i.target());
            reason(out, i.reason());
        } else if (query instanceof Query.Ask i) {
            out.u8(ASK);
            target(out, i.target());
            out.varint(i.timeout().toMillis());
            packet(out, i.question());
        } else if (query instanceof Query.Request i) {
            out.u8(REQUEST);
            packet(out, i.packet());
        }
    }

    static @Nullable Query inquiry(ByteReader in) {
        return switch (in.u8()) {
            case ROOM_NAMES -> new Query.RoomNames();
            case MEMBERS -> new Query.Members(target(in));
            case COUNT -> new Query.Count(target(in));
            case USERS -> new Query.Users(target(in));
            case JOIN -> new Query.Join(target(in), List.copyOf(in.texts()));
            case LEAVE -> new Query.Leave(target(in), List.copyOf(in.texts()));
            case DISCONNECT -> new Query.Disconnect(target(in), reason(in));
            case ASK -> {
                Target target = target(in);
                Duration timeout = Duration.ofMillis(in.number());
                yield new Query.Ask(target, packet(in), timeout);
            }
            case REQUEST -> new Query.Request(packet(in));
            default -> null;
        };
    }

    static void encode(ByteWriter out, QueryResult queryResult) {
        if (queryResult instanceof QueryResult.Texts f) {
            out.u8(TEXTS);
            out.texts(f.texts());
        } else if (queryResult instanceof QueryResult.Members f) {
            out.u8(DESCRIBED);
            out.varint(f.members().size());
            f.members().forEach(member -> described(out, member));
        } else if (queryResult instanceof QueryResult.Number f) {
            out.u8(NUMBER);
            out.varint(f.number());
        } else if (queryResult instanceof QueryResult.Done) {
            out.u8(DONE);
        } else if (queryResult instanceof QueryResult.Failed f) {
            out.u8(FAILED);
            out.text(f.why());
        } else if (queryResult instanceof QueryResult.Reply f) {
            out.u8(REPLY);
            packet(out, f.packet());
        } else if (queryResult instanceof QueryResult.MemberReply f) {
            out.u8(SAID);
            out.varint(f.position());
            out.u8(f.packet() == null ? 0 : 1);
            if (f.packet() != null) {
                packet(out, f.packet());
            }
        }
    }

    static @Nullable QueryResult finding(ByteReader in) {
        return switch (in.u8()) {
            case TEXTS -> new QueryResult.Texts(in.texts());
            case DESCRIBED -> new QueryResult.Members(describedAll(in));
            case NUMBER -> new QueryResult.Number(in.varint());
            case DONE -> new QueryResult.Done();
            case FAILED -> new QueryResult.Failed(in.text());
            case REPLY -> new QueryResult.Reply(packet(in));
            case SAID -> new QueryResult.MemberReply(in.number(), in.u8() == 0 ? null : packet(in));
            default -> null;
        };
    }

    static void described(ByteWriter out, MemberDescription member) {
        out.text(member.id());
        out.u8(member.user() == null ? 0 : 1);
        if (member.user() != null) {
            out.text(member.user());
        }
        out.texts(member.rooms());
        out.varint(member.attributes().size());
        member.attributes().forEach((name, value) -> {
            out.text(name);
            out.text(value);
        });
    }

    static List<MemberDescription> describedAll(ByteReader in) {
        int count = in.count(4);
        List<MemberDescription> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(described(in));
        }
        return members;
    }

    static MemberDescription described(ByteReader in) {
        String id = in.text();
        String user = in.u8() == 0 ? null : in.text();
        Set<String> rooms = Names.snapshot(in.texts());
        int count = in.count(2);
        if (count == 0) {
            return new MemberDescription(id, user, rooms, Map.of());
        }
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(in.text(), in.text());
        }
        // Not Map.copyOf: see Names.
        return new MemberDescription(id, user, rooms, Collections.unmodifiableMap(attributes));
    }

    private static void target(ByteWriter out, Target target) {
        out.u8(target.isEveryone() ? 1 : 0);
        out.texts(target.roomNames());
        out.texts(target.memberIds());
        out.texts(target.userIds());
        out.texts(target.exceptedRoomNames());
        out.texts(target.exceptedMemberIds());
    }

    private static Target target(ByteReader in) {
        boolean everyone = in.u8() != 0;
        Target target = Target.rooms(in.texts());
        target = target.and(Target.members(in.texts()));
        target = target.and(Target.users(in.texts()));
        target = everyone ? target.and(Target.everyone()) : target;
        target = target.exceptRooms(in.texts());
        return target.exceptMembers(in.texts());
    }

    /** Earlier releases read the text alone, and pass over what follows. */
    private static void reason(ByteWriter out, DisconnectReason reason) {
        out.text(reason.text());
        out.u8(KINDS.indexOf(reason.kind()));
    }

    private static DisconnectReason reason(ByteReader in) {
        String text = in.text();
        int kind = in.hasMore() ? in.u8() : 0;
        return new DisconnectReason(kind < KINDS.size() ? KINDS.get(kind) : Kind.ENDED, text);
    }

    /** Takes the rest of the message. */
    static void packet(ByteWriter out, Packet packet) {
        out.u8((packet.isText() ? TEXT : 0) | (packet.isDroppable() ? DROPPABLE : 0));
        out.raw(packet.bytes());
    }

    static Packet packet(ByteReader in) {
        int flags = in.u8();
        Packet packet = (flags & TEXT) != 0 ? Packet.text(in.rest()) : Packet.bytes(in.rest());
        return (flags & DROPPABLE) != 0 ? packet.asDroppable() : packet;
    }
}
