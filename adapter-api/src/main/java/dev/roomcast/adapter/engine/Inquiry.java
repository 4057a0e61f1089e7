package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.List;

/** What the nodes of a cluster are asked, or told to do. Each answers with {@link Finding}s. */
sealed interface Inquiry {

    /** About how many bytes it takes. */
    default int weight() {
        return 0;
    }

    /** Which rooms are there? */
    record RoomNames() implements Inquiry {}

    /** Who is selected? */
    record Members(Target target) implements Inquiry {}

    /** How many are selected? */
    record Count(Target target) implements Inquiry {}

    /** Which users have connections among those that are selected? */
    record Users(Target target) implements Inquiry {}

    /** Who is selected is to join rooms. */
    record Join(Target target, List<String> rooms) implements Inquiry {}

    /** Who is selected is to leave rooms. */
    record Leave(Target target, List<String> rooms) implements Inquiry {}

    /** Who is selected is to be disconnected. */
    record Disconnect(Target target, DisconnectReason reason) implements Inquiry {}

    /** A question to those that are selected; after the timeout nobody waits for their answers any more. */
    record Ask(Target target, Packet question, Duration timeout) implements Inquiry {

        @Override
        public int weight() {
            return question.size();
        }
    }

    /** A question to the server. */
    record Request(Packet packet) implements Inquiry {

        @Override
        public int weight() {
            return packet.size();
        }
    }
}
