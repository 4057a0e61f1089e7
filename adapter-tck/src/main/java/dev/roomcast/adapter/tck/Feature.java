package dev.roomcast.adapter.tck;

/** What a backend can have, and need not. A rule that needs an undeclared feature is skipped; a declared one must hold. */
public enum Feature {
    /** Several nodes can meet: frames reach other nodes. */
    CLUSTER,
    /**
     * Frames of one sender keep their order also where they are on different channels. A broker that spreads its channels over
     * several servers has no such order.
     */
    ORDER_ACROSS_CHANNELS
}
