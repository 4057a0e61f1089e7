package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import java.util.List;

/** A report of one node about a room that another node watches. */
public sealed interface PresenceMessage {

    /** About how many bytes it takes. */
    default int weight() {
        return 0;
    }

    /** These are all of its members in the room, or a part of them. */
    record All(List<MemberDescription> members) implements PresenceMessage {

        @Override
        public int weight() {
            return members.stream().mapToInt(MemberDescription::weight).sum();
        }
    }

    /** A member has joined. */
    record Joined(MemberDescription member) implements PresenceMessage {

        @Override
        public int weight() {
            return member.weight();
        }
    }

    /** A member has another user, or other attributes. */
    record Changed(MemberDescription member) implements PresenceMessage {

        @Override
        public int weight() {
            return member.weight();
        }
    }

    /** A member has left. */
    record Left(String id) implements PresenceMessage {}

    /** Whether the node has members in the room. */
    record Occupied(boolean isOccupied) implements PresenceMessage {}
}
