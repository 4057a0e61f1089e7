package dev.roomcast.adapter;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Packets of other nodes that members of this node did not get, or may not have got. A loss states the rooms or users,
 * and the time, as exactly as they are known, so that a server can have exactly the affected clients read their state
 * anew.
 *
 * <p>If the sending node knows that a packet may be lost, the packet's stage fails there, too.
 */
public interface Loss {

    /**
     * How certain the loss is.
     *
     * @return its kind
     */
    Kind kind();

    /**
     * The members that it concerns.
     *
     * @return its scope
     */
    Scope scope();

    /**
     * The rooms, if the scope is {@link Scope#ROOMS}.
     *
     * @return an immutable set, else empty
     */
    Set<String> rooms();

    /**
     * The users, if the scope is {@link Scope#USERS}.
     *
     * @return an immutable set, else empty
     */
    Set<String> users();

    /**
     * The node that sent the packets.
     *
     * @return the sender, or empty if it may be any
     */
    Optional<NodeInfo> from();

    /**
     * The last moment up to which nothing was lost, by this machine's clock: every packet that was to arrive here until
     * then has arrived. A packet that was sent before it, and was still under way, may be lost. A search for packets
     * sent since then should therefore begin earlier, by the time that packets take: some milliseconds as a rule.
     *
     * @return when the window begins
     */
    Instant since();

    /**
     * The moment after which no more packets were lost, by this machine's clock.
     *
     * @return when the window ends
     */
    Instant until();

    /**
     * How many frames are missing, if the kind is {@link Kind#GAP}. A frame holds one packet or several, or only
     * messages between nodes.
     *
     * @return at least 1, or empty if it is not known
     */
    OptionalLong frames();

    /** How certain a loss is. */
    enum Kind {
        /** The sequence numbers of a sender's frames have a gap: frames did not arrive. */
        GAP,
        /** Packets may have been sent that this node could not receive. */
        POSSIBLE
    }

    /** The members that a loss concerns. */
    enum Scope {
        /** The members of some rooms: packets for just one of them. */
        ROOMS,
        /** The connections of some users: packets for just one of them. */
        USERS,
        /**
         * Any member of this node: packets for several rooms, for members by their ids, or for everyone; with
         * {@code roomcast.channels=static} all packets.
         */
        NAMESPACE
    }
}
