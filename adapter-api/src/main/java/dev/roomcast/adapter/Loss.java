package dev.roomcast.adapter;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Packets of other nodes that members of this node did not get, or may not have got. What it concerns, and when, is told as exactly
 * as it is known, so that a server can have just those clients read their state anew.
 *
 * <p>A packet that the sending node knows to be in doubt fails its stage there, too.
 */
public interface Loss {

    /**
     * How sure it is.
     *
     * @return its kind
     */
    Kind kind();

    /**
     * Whom it concerns.
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
     * The one node whose packets they are.
     *
     * @return the sender, or empty if it may be any
     */
    Optional<NodeInfo> from();

    /**
     * The last moment up to which nothing was lost, by this machine's clock: all that was to come here until then has come. A packet that
     * was sent before it, and was still under way, may be lost: who looks for what was sent since then goes back by as long as packets
     * take, some milliseconds as a rule.
     *
     * @return when the window begins
     */
    Instant since();

    /**
     * The moment from which nothing was lost any more, by this machine's clock.
     *
     * @return when the window ends
     */
    Instant until();

    /**
     * How many frames are missing, if the kind is {@link Kind#GAP}. A frame holds one packet or several, or only what nodes say to
     * each other.
     *
     * @return at least 1, or empty if it is not known
     */
    OptionalLong frames();

    /** How sure a loss is. */
    enum Kind {
        /** The numbers of a sender's frames have a gap: they did not come. */
        GAP,
        /** Something may have been sent that could not be heard. */
        POSSIBLE
    }

    /** Whom a loss concerns. */
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
