package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.List;
import java.util.Set;

/** What travels between nodes. */
sealed interface Message {

    /** What a message counts in a bounded queue at the least. */
    int SMALL = 64;

    /** About how many bytes it takes. */
    default int weight() {
        return SMALL;
    }

    /** Whether it comes with every heartbeat, so that marks can be tied to it. */
    default boolean isBeat() {
        return this instanceof Heartbeat || this instanceof Hello;
    }

    /** A packet for a target; on the channel of a room or user it may leave that name out (see {@link Codec}). */
    record Broadcast(Target target, Packet packet) implements Message {}

    /**
     * A node has come, or can hear again, and asks who is there.
     *
     * @param round tells the answers to this hello from those to an earlier one
     */
    record Hello(long round, String name, Versions versions) implements Message {}

    /** The answer to a hello, sent to the channel of the node that said it, with nodes that the answering one has heard. */
    record Welcome(long round, String name, Versions versions, List<Named> known) implements Message {

        @Override
        public int weight() {
            return SMALL + known.size() * SMALL;
        }
    }

    /** A node is alive. */
    record Heartbeat(String name, Versions versions) implements Message {}

    /** A node listens for itself on its own channel. What it says on the namespace's comes back as well, and needs no message for that. */
    record Probe() implements Message {}

    /** A node ends. */
    record Goodbye() implements Message {}

    /** Which rooms do you have? */
    record RoomsQuestion(long question) implements Message {}

    /** Part of a node's rooms: a large answer comes in several messages, each small enough for a frame. */
    record RoomsAnswer(long question, int part, int parts, Set<String> rooms) implements Message {

        @Override
        public int weight() {
            return SMALL + rooms.stream().mapToInt(String::length).sum();
        }
    }

    /** Up to which number frames have left on a channel that has been silent since. A frame of its own, which bears that number. */
    record Tail() implements Message {}

    /**
     * A node could not hear for a while, and can again: tails that have left meanwhile are to be said once more.
     *
     * @param millis since when, before now, it may not have heard what was said
     */
    record Unheard(long millis) implements Message {}

    /** A node as another names it. */
    record Named(Incarnation incarnation, String name) {}

    /** The versions of the wire that a node speaks. */
    record Versions(int least, int most) {}
}
