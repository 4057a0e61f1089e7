package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.Finding.Described;
import java.util.List;

/** What one node tells of a room that another watches. */
sealed interface Presence {

    /** About how many bytes it takes. */
    default int weight() {
        return 0;
    }

    /** These are all of its members in the room, or a part of them. */
    record All(List<Described> members) implements Presence {

        @Override
        public int weight() {
            return members.stream().mapToInt(Described::weight).sum();
        }
    }

    /** A member has joined. */
    record Joined(Described member) implements Presence {

        @Override
        public int weight() {
            return member.weight();
        }
    }

    /** A member has left. */
    record Left(String id) implements Presence {}

    /** Whether the node has members in the room. */
    record Occupied(boolean isOccupied) implements Presence {}
}
