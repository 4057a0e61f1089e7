package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.Message.Closeness;
import dev.roomcast.adapter.engine.Message.WatchedRoom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is watched, and what is told of it, as bytes and back (docs/wire.md). */
final class PresenceCodec {

    private static final int ALL = 1;
    private static final int JOINED = 2;
    private static final int LEFT = 3;
    private static final int OCCUPIED = 4;

    private static final Closeness[] CLOSENESS = Closeness.values();

    private PresenceCodec() {}

    static void encode(ByteWriter out, WatchedRoom watched) {
        out.text(watched.room());
        out.u8(watched.closeness().ordinal());
    }

    static WatchedRoom watched(ByteReader in) {
        String room = in.text();
        int closeness = in.u8();
        if (closeness >= CLOSENESS.length) {
            throw new MalformedException("a room that is watched in an unknown way");
        }
        return new WatchedRoom(room, CLOSENESS[closeness]);
    }

    static List<WatchedRoom> allWatched(ByteReader in) {
        int count = in.count(2);
        List<WatchedRoom> rooms = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rooms.add(watched(in));
        }
        return rooms;
    }

    static void encode(ByteWriter out, Presence presence) {
        if (presence instanceof Presence.All all) {
            out.u8(ALL);
            out.varint(all.members().size());
            all.members().forEach(member -> InquiryCodec.described(out, member));
        } else if (presence instanceof Presence.Joined joined) {
            out.u8(JOINED);
            InquiryCodec.described(out, joined.member());
        } else if (presence instanceof Presence.Left left) {
            out.u8(LEFT);
            out.text(left.id());
        } else if (presence instanceof Presence.Occupied occupied) {
            out.u8(OCCUPIED);
            out.u8(occupied.isOccupied() ? 1 : 0);
        }
    }

    static @Nullable Presence presence(ByteReader in) {
        return switch (in.u8()) {
            case ALL -> new Presence.All(InquiryCodec.describedAll(in));
            case JOINED -> new Presence.Joined(InquiryCodec.described(in));
            case LEFT -> new Presence.Left(in.text());
            case OCCUPIED -> new Presence.Occupied(in.u8() != 0);
            default -> null;
        };
    }
}
