package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.config.ChannelMode;
import java.util.List;
import java.util.OptionalLong;

/** A message that one node sends to others. */
public sealed interface Message {

    /** What a message counts in a bounded queue at the least. */
    int SMALL = 64;

    /** About how many bytes it takes in a frame. */
    default int weight() {
        return SMALL;
    }

    /** About how many bytes of content it keeps in the heap while it waits to be published. */
    default int held() {
        return weight();
    }

    private static int held(Packet packet) {
        return SMALL + (int) PacketCost.inHeap(packet);
    }

    /**
     * Whether it tells of its node: who it is, which versions it speaks, that it ends. Written in {@link Frame#FIRST_VERSION} for ever, so that
     * nodes know of each other whatever else they speak.
     */
    default boolean isIntroduction() {
        return isBeat()
                || this instanceof Welcome
                || this instanceof NamesRequest
                || this instanceof Goodbye
                || this instanceof Challenge
                || this instanceof LastSequences
                || this instanceof Proof;
    }

    /** Whether it takes its place among the deliveries, behind the packets that came before. */
    default boolean isDelivered() {
        return this instanceof Broadcast || this instanceof QueryRequest || this instanceof Emitted;
    }

    /** Whether it comes with every heartbeat, so that marks can be tied to it. */
    default boolean isBeat() {
        return this instanceof Heartbeat || this instanceof Hello;
    }

    /**
     * What is done with each kind of message. A class that forgets a kind does not compile.
     *
     * @param <C> what the caller hands on, such as the sender
     */
    interface Visitor<C> {

        void broadcast(C context, Broadcast message);

        void hello(C context, Hello message);

        void welcome(C context, Welcome message);

        void heartbeat(C context, Heartbeat message);

        void goodbye(C context, Goodbye message);

        void queryRequest(C context, QueryRequest message);

        void queryResponse(C context, QueryResponse message);

        void emitted(C context, Emitted message);

        void watch(C context, Watch message);

        void watchList(C context, WatchList message);

        void watchVersion(C context, WatchVersion message);

        void watchListRequest(C context, WatchListRequest message);

        void roomPresence(C context, RoomPresence message);

        void challenge(C context, Challenge message);

        void proof(C context, Proof message);

        void probe(C context, Probe message);

        void resendLastSequences(C context, ResendLastSequences message);

        void receiptRequest(C context, ReceiptRequest message);

        void receipt(C context, Receipt message);

        void unreceived(C context, Unreceived message);

        void namesRequest(C context, NamesRequest message);

        void lastSequence(C context, LastSequence message);

        void lastSequences(C context, LastSequences message);

        void lastSequenceRequest(C context, LastSequenceRequest message);
    }

    /** Calls the method of this kind. */
    <C> void accept(Visitor<C> visitor, C context);

    /** A packet for a target; on the channel of a room or user it may leave that name out (see {@link FrameCodec}). */
    record Broadcast(Target target, Packet packet) implements Message {

        @Override
        public int weight() {
            return SMALL + packet.size();
        }

        @Override
        public int held() {
            return Message.held(packet);
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.broadcast(context, this);
        }
    }

    /**
     * A node has come, or can hear again, and asks who is there.
     *
     * @param round tells the answers to this hello from those to an earlier one
     * @param naming how the answers are to name nodes
     */
    record Hello(long round, String name, Versions versions, ChannelMode channels, Naming naming) implements Message {

        public Hello(long round, String name, Versions versions, ChannelMode channels) {
            this(round, name, versions, channels, Naming.HASH);
        }

        public Hello(long round, String name, Versions versions) {
            this(round, name, versions, ChannelMode.PER_ROOM);
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.hello(context, this);
        }
    }

    /** How an answer to a hello names the nodes that its sender receives. */
    enum Naming {
        /** Each by its name; for earlier releases, which know nothing else. */
        LIST,
        /** By a hash of all; who needs the names asks for them. */
        HASH
    }

    /**
     * The answer to a hello, sent to the channel of the node that said it, or to all nodes; or the answer to a request for names.
     *
     * @param round of the hello; 0 if it answers those of several nodes
     * @param known nodes that the answering one receives
     * @param received hash of all nodes that it receives, itself among them; empty if it names them instead
     */
    record Welcome(
            long round, String name, Versions versions, List<Named> known, ChannelMode channels, OptionalLong received)
            implements Message {

        Welcome(long round, String name, Versions versions, List<Named> known, ChannelMode channels) {
            this(round, name, versions, known, channels, OptionalLong.empty());
        }

        public Welcome(long round, String name, Versions versions, List<Named> known) {
            this(round, name, versions, known, ChannelMode.PER_ROOM);
        }

        @Override
        public int weight() {
            return SMALL + known.size() * SMALL;
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.welcome(context, this);
        }
    }

    /**
     * A node asks another one for the names of the nodes that it receives.
     *
     * @param round of the sender's hello
     * @param known hash of a set of which the sender has all names: if it is just that set, no names are sent
     */
    record NamesRequest(long round, long known) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.namesRequest(context, this);
        }
    }

    /**
     * A node is alive.
     *
     * @param received hash of the nodes that it receives, itself among them; empty if it is not sure, or of an earlier release
     */
    record Heartbeat(String name, Versions versions, ChannelMode channels, OptionalLong received) implements Message {

        Heartbeat(String name, Versions versions, ChannelMode channels) {
            this(name, versions, channels, OptionalLong.empty());
        }

        public Heartbeat(String name, Versions versions) {
            this(name, versions, ChannelMode.PER_ROOM);
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.heartbeat(context, this);
        }
    }

    /** A node asks another one whether it receives it. */
    record ReceiptRequest() implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.receiptRequest(context, this);
        }
    }

    /** The answer. */
    record Receipt() implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.receipt(context, this);
        }
    }

    /**
     * Nodes that did not receive the sender for a while receive it again: what it has published meanwhile may not have reached them.
     *
     * @param millis since when, before now
     */
    record Unreceived(long millis) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.unreceived(context, this);
        }
    }

    /** A node listens for itself on its own channel. What it says on the namespace's comes back as well, and needs no message for that. */
    record Probe() implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.probe(context, this);
        }
    }

    /**
     * A node that is not known yet is asked to show that it lives.
     *
     * @param number drawn for it
     */
    record Challenge(long number) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.challenge(context, this);
        }
    }

    /**
     * The answer, in a frame that is signed.
     *
     * @param departures how many frames had left the sender at several moments, the latest first
     */
    record Proof(long number, List<Departures> departures) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.proof(context, this);
        }
    }

    /**
     * What had left a node at a moment.
     *
     * @param age how long ago that was when it was said, in milliseconds
     * @param frames how many frames had left before
     */
    record Departures(long age, long frames) {}

    /** A node ends. */
    record Goodbye() implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.goodbye(context, this);
        }
    }

    /**
     * A node asks all others, or some.
     *
     * @param question tells what was found for this from what was found for others of that node
     */
    record QueryRequest(long question, Query query) implements Message {

        @Override
        public int weight() {
            return SMALL + query.weight();
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.queryRequest(context, this);
        }
    }

    /**
     * What a node has found; a large answer comes in several messages, each small enough for a frame.
     *
     * @param part which part of the answer it is, from 0
     * @param parts how many there are; 0 for what comes after the answer, such as what members say
     */
    record QueryResponse(long question, int part, int parts, QueryResult queryResult) implements Message {

        @Override
        public int weight() {
            return SMALL + queryResult.weight();
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.queryResponse(context, this);
        }
    }

    /** A server says something to all servers. */
    record Emitted(Packet packet) implements Message {

        @Override
        public int weight() {
            return SMALL + packet.size();
        }

        @Override
        public int held() {
            return Message.held(packet);
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.emitted(context, this);
        }
    }

    /**
     * A node watches a room from now on, or in another way, or no more.
     *
     * @param version how often what it watches has changed
     */
    record Watch(long version, WatchedRoom room) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.watch(context, this);
        }
    }

    /** All that a node watches, in parts; answered with what there is in each room. */
    record WatchList(long version, int part, int parts, List<WatchedRoom> rooms) implements Message {

        @Override
        public int weight() {
            return SMALL + rooms.size() * SMALL;
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.watchList(context, this);
        }
    }

    /** How often what a node watches has changed; said with each heartbeat, for whom a change was lost. */
    record WatchVersion(long version) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.watchVersion(context, this);
        }
    }

    /** What do you watch? */
    record WatchListRequest() implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.watchListRequest(context, this);
        }
    }

    /**
     * Who is in a room that is watched, or who came and went.
     *
     * @param version grows with each change on the node that says it
     * @param part which part of the whole it is, from 0
     * @param parts how many there are
     */
    record RoomPresence(String room, long version, int part, int parts, PresenceMessage presenceMessage)
            implements Message {

        @Override
        public int weight() {
            return SMALL + presenceMessage.weight();
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.roomPresence(context, this);
        }
    }

    /** A room that a node watches, and how closely. */
    record WatchedRoom(String room, WatchLevel watchLevel) {}

    /** How closely a room is watched. */
    enum WatchLevel {
        /** Not at all. */
        NONE,
        /** Whether anybody is in it. */
        OCCUPANCY,
        /** Who is in it. */
        MEMBERS
    }

    /** Up to which number frames have left on a channel that has been silent since. A frame of its own, which bears that number. */
    record LastSequence() implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.lastSequence(context, this);
        }
    }

    /**
     * Up to which numbers frames of the sender have left, on channels on which something has left since it said so last. It may overtake
     * these frames. Empty if it only says that the sender reads such messages itself.
     */
    record LastSequences(List<ChannelSequence> numbers) implements Message {

        @Override
        public int weight() {
            return SMALL + numbers.size() * ChannelSequence.BYTES;
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.lastSequences(context, this);
        }
    }

    /**
     * Of one channel.
     *
     * @param channel hash of its name
     * @param millis how long ago the last frame had left, at least
     */
    record ChannelSequence(long channel, long stream, long number, long millis) {

        /** More than it takes on the wire, in general. */
        public static final int BYTES = 24;
    }

    /** A node has not got frames of the one that it says this to: the tails of these streams are to be said. */
    record LastSequenceRequest(List<Long> streams) implements Message {

        @Override
        public int weight() {
            return SMALL + streams.size() * Long.BYTES;
        }

        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.lastSequenceRequest(context, this);
        }
    }

    /**
     * A node could not hear for a while, and can again; or it did not get frames of the node that it says this to. Tails that have left
     * meanwhile are to be said once more.
     *
     * @param millis since when, before now, it may not have heard what was said
     */
    record ResendLastSequences(long millis) implements Message {
        @Override
        public <C> void accept(Visitor<C> visitor, C context) {
            visitor.resendLastSequences(context, this);
        }
    }

    /** A node as another names it. */
    record Named(Incarnation incarnation, String name) {}

    /** The versions of the wire that a node speaks. */
    record Versions(int least, int most) {

        public boolean include(int version) {
            return least <= version && version <= most;
        }

        @Override
        public String toString() {
            return least == most ? "version " + least : "versions " + least + " to " + most;
        }
    }
}
