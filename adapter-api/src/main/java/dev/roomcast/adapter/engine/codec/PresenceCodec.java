package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.Message.WatchedRoom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes watched rooms and their presence (docs/wire.md). */
public final class PresenceCodec {

    private static final int ALL = 1;
    private static final int JOINED = 2;
    private static final int LEFT = 3;
    private static final int OCCUPIED = 4;
    /** Earlier releases ignore it. */
    private static final int CHANGED = 5;

    private static final WatchLevel[] CLOSENESS = WatchLevel.values();

    private PresenceCodec() {}

    static void encode(ByteWriter out, WatchedRoom watched) {
        out.text(watched.room());
        out.u8(watched.watchLevel().ordinal());
    }

    static WatchedRoom watched(ByteReader in) {
        String room = in.text();
        int closeness = in.u8();
        if (closeness >= CLOSENESS.length) {
            throw new MalformedFrameException("a room that is watched in an unknown way");
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

    static void encode(ByteWriter out, PresenceMessage presenceMessage) {
        if (presenceMessage instanceof PresenceMessage.All all) {
            out.u8(ALL);
            out.varint(all.members().size());
            all.members().forEach(member -> QueryCodec.described(out, member));
        } else if (presenceMessage instanceof PresenceMessage.Joined joined) {
            out.u8(JOINED);
            QueryCodec.described(out, joined.member());
        } else if (presenceMessage instanceof PresenceMessage.Changed changed) {
            out.u8(CHANGED);
            QueryCodec.described(out, changed.member());
        } else if (presenceMessage instanceof PresenceMessage.Left left) {
            out.u8(LEFT);
            out.text(left.id());
        } else if (presenceMessage instanceof PresenceMessage.Occupied occupied) {
            out.u8(OCCUPIED);
            out.u8(occupied.isOccupied() ? 1 : 0);
        }
    }

    public static @Nullable PresenceMessage presence(ByteReader in) {
        return switch (in.u8()) {
            case ALL -> new PresenceMessage.All(QueryCodec.describedAll(in));
            case JOINED -> new PresenceMessage.Joined(QueryCodec.described(in));
            case LEFT -> new PresenceMessage.Left(in.text());
            case CHANGED -> new PresenceMessage.Changed(QueryCodec.described(in));
            case OCCUPIED -> new PresenceMessage.Occupied(in.u8() != 0);
            default -> null;
        };
    }
}
