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
     * What this node knew of it when this was made.
     *
     * @return its status
     */
    Status status();

    /** How alive a node is, as another sees it. */
    enum Status {
        /** Heard of within {@code roomcast.heartbeat.timeout}. */
        ALIVE,
        /** Perhaps alive: our own link is down, so that we could not hear it. */
        SUSPECT,
        /**
         * Alive, but it takes no part: it does not speak the version of the wire that the cluster speaks. Packets do not go between it
         * and the others; it says so itself, and is to be replaced by another release.
         */
        INCOMPATIBLE,
        /** It said goodbye, or was silent for too long. */
        GONE
    }
}
