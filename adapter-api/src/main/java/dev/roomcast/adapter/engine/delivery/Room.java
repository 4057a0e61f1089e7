package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.engine.subscribe.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A room of this node, from its first member to its last. The connections of a user, and all members of the node, are
 * rooms too, which are hidden: they are in no list and cause no events.
 */
public final class Room {

    /** What a room is for. */
    enum Kind {
        ROOM,
        USER,
        EVERYONE
    }

    private final String name;
    private final Kind kind;
    private final MemberList members = new MemberList();
    /** The channel on which other nodes' packets come. Set before the room can be found. */
    private @Nullable Subscription channel;

    Room(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isHidden() {
        return kind != Kind.ROOM;
    }

    public MemberList members() {
        return members;
    }

    @Nullable
    public Subscription channel() {
        return channel;
    }

    public void channel(Subscription subscription) {
        channel = subscription;
    }
}
