package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.Finding.Described;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Inquiries and findings as bytes, and back (docs/wire.md). A kind that this node does not know is null when decoded: the node that asks
 * is newer, and will miss the answer.
 */
final class InquiryCodec {

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

    private InquiryCodec() {}

    static void encode(ByteWriter out, Inquiry inquiry) {
        if (inquiry instanceof Inquiry.RoomNames) {
            out.u8(ROOM_NAMES);
        } else if (inquiry instanceof Inquiry.Members i) {
            out.u8(MEMBERS);
            target(out, i.target());
        } else if (inquiry instanceof Inquiry.Count i) {
            out.u8(COUNT);
            target(out, i.target());
        } else if (inquiry instanceof Inquiry.Users i) {
            out.u8(USERS);
            target(out, i.target());
        } else if (inquiry instanceof Inquiry.Join i) {
            out.u8(JOIN);
            target(out, i.target());
            out.texts(i.rooms());
        } else if (inquiry instanceof Inquiry.Leave i) {
            out.u8(LEAVE);
            target(out, i.target());
            out.texts(i.rooms());
        } else if (inquiry instanceof Inquiry.Disconnect i) {
            out.u8(DISCONNECT);
            target(out, i.target());
            reason(out, i.reason());
        } else if (inquiry instanceof Inquiry.Ask i) {
            out.u8(ASK);
            target(out, i.target());
            out.varint(i.timeout().toMillis());
            packet(out, i.question());
        } else if (inquiry instanceof Inquiry.Request i) {
            out.u8(REQUEST);
            packet(out, i.packet());
        }
    }

    static @Nullable Inquiry inquiry(ByteReader in) {
        return switch (in.u8()) {
            case ROOM_NAMES -> new Inquiry.RoomNames();
            case MEMBERS -> new Inquiry.Members(target(in));
            case COUNT -> new Inquiry.Count(target(in));
            case USERS -> new Inquiry.Users(target(in));
            case JOIN -> new Inquiry.Join(target(in), List.copyOf(in.texts()));
            case LEAVE -> new Inquiry.Leave(target(in), List.copyOf(in.texts()));
            case DISCONNECT -> new Inquiry.Disconnect(target(in), reason(in));
            case ASK -> {
                Target target = target(in);
                Duration timeout = Duration.ofMillis(in.number());
                yield new Inquiry.Ask(target, packet(in), timeout);
            }
            case REQUEST -> new Inquiry.Request(packet(in));
            default -> null;
        };
    }

    static void encode(ByteWriter out, Finding finding) {
        if (finding instanceof Finding.Texts f) {
            out.u8(TEXTS);
            out.texts(f.texts());
        } else if (finding instanceof Finding.Members f) {
            out.u8(DESCRIBED);
            out.varint(f.members().size());
            f.members().forEach(member -> described(out, member));
        } else if (finding instanceof Finding.Number f) {
            out.u8(NUMBER);
            out.varint(f.number());
        } else if (finding instanceof Finding.Done) {
            out.u8(DONE);
        } else if (finding instanceof Finding.Failed f) {
            out.u8(FAILED);
            out.text(f.why());
        } else if (finding instanceof Finding.Reply f) {
            out.u8(REPLY);
            packet(out, f.packet());
        } else if (finding instanceof Finding.Said f) {
            out.u8(SAID);
            out.varint(f.position());
            out.u8(f.packet() == null ? 0 : 1);
            if (f.packet() != null) {
                packet(out, f.packet());
            }
        }
    }

    static @Nullable Finding finding(ByteReader in) {
        return switch (in.u8()) {
            case TEXTS -> new Finding.Texts(in.texts());
            case DESCRIBED -> new Finding.Members(describedAll(in));
            case NUMBER -> new Finding.Number(in.varint());
            case DONE -> new Finding.Done();
            case FAILED -> new Finding.Failed(in.text());
            case REPLY -> new Finding.Reply(packet(in));
            case SAID -> new Finding.Said(in.number(), in.u8() == 0 ? null : packet(in));
            default -> null;
        };
    }

    static void described(ByteWriter out, Described member) {
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

    static List<Described> describedAll(ByteReader in) {
        int count = in.count(4);
        List<Described> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(described(in));
        }
        return members;
    }

    static Described described(ByteReader in) {
        String id = in.text();
        String user = in.u8() == 0 ? null : in.text();
        Set<String> rooms = Names.snapshot(in.texts());
        int count = in.count(2);
        if (count == 0) {
            return new Described(id, user, rooms, Map.of());
        }
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(in.text(), in.text());
        }
        // Not Map.copyOf: see Names.
        return new Described(id, user, rooms, Collections.unmodifiableMap(attributes));
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
