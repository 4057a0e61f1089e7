package dev.roomcast.adapter;

/**
 * One node of the cluster. Two are equal if their incarnations are.
 */
public interface NodeInfo {

    /**
     * Its identity: random, and never used again.
     *
     * @return 32 hexadecimal digits
     */
    String incarnation();

    /**
     * Its label for people, which may be that of other nodes too.
     *
     * @return {@code roomcast.node.name} as set there, by default its host's name
     */
    String name();

    /**
     * The state of that node, as this node knew it when this object was made.
     *
     * @return its status
     */
    Status status();

    /** The state of a node, as another node sees it. */
    enum Status {
        /** Received within {@code roomcast.heartbeat.timeout}. */
        ALIVE,
        /** Perhaps alive: the link of this node is down, so it could not receive that node. */
        SUSPECT,
        /**
         * Alive, but left out: it does not support the version of the wire that the cluster uses. No packets pass
         * between it and the others. Its own health says so; replace its release.
         */
        INCOMPATIBLE,
        /** It said goodbye, or was silent for too long. */
        GONE
    }
}
