package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.List;

/** A query or command to the nodes of a cluster. Each node answers with {@link QueryResult}s. */
public sealed interface Query {

    /** About how many bytes it takes. */
    default int weight() {
        return 0;
    }

    /** Which rooms are there? */
    record RoomNames() implements Query {}

    /** Who is selected? */
    record Members(Target target) implements Query {}

    /** How many are selected? */
    record Count(Target target) implements Query {}

    /** Which users have connections among those that are selected? */
    record Users(Target target) implements Query {}

    /** Who is selected is to join rooms. */
    record Join(Target target, List<String> rooms) implements Query {}

    /** Who is selected is to leave rooms. */
    record Leave(Target target, List<String> rooms) implements Query {}

    /** Who is selected is to be disconnected. */
    record Disconnect(Target target, DisconnectReason reason) implements Query {}

    /** A question to those that are selected; after the timeout nobody waits for their answers any more. */
    record Ask(Target target, Packet question, Duration timeout) implements Query {

        @Override
        public int weight() {
            return question.size();
        }
    }

    /** A question to the server. */
    record Request(Packet packet) implements Query {

        @Override
        public int weight() {
            return packet.size();
        }
    }
}
