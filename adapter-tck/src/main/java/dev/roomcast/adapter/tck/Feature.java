package dev.roomcast.adapter.tck;

/**
 * An optional ability of a backend. A rule that needs an undeclared feature is skipped; a declared feature is tested
 * and must hold.
 */
public enum Feature {
    /** Several nodes can meet: frames reach other nodes. */
    CLUSTER,
    /**
     * Frames of one sender keep their order also where they are on different channels. A broker that spreads its channels over
     * several servers has no such order.
     */
    ORDER_ACROSS_CHANNELS
}
