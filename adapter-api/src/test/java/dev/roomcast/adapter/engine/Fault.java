package dev.roomcast.adapter.engine;

/** What can go wrong in a simulation. */
enum Fault {
    /** The connection to hear breaks; some of what is under way is executed, no answer arrives. */
    HEARING_BREAKS,
    SPEAKING_BREAKS,
    BOTH_BREAK,
    /** A connection is dead for a while before the node notices. */
    DIES_UNNOTICED,
    /** The connection to hear hands over no frames any more, of all channels or only of the namespaces', and looks well. */
    DEAF,
    /** Connecting anew fails, several times. */
    CONNECTING_FAILS,
    /** What was asked for on a link that died is answered "unavailable" when another is up already. */
    ANSWERS_LATE,
    /** Pipes to or from the broker are slow, up to past the time limit of confirmations. */
    SLOW_PIPE,
    CONFIRMATION_LOST,
    /** The broker takes a channel away that a node has, and says so. */
    SUBSCRIPTION_DROPPED,
    /** The broker loses the subscription of a room or user, and nobody notices. */
    SUBSCRIPTION_LOST,
    /** The broker refuses some channels for a while. */
    REFUSAL,
    /** Some frames are lost between the broker and one node. */
    FRAMES_DROPPED,
    /** Some frames come twice from the broker to one node. */
    FRAMES_DOUBLED,
    NODE_FREEZES,
    BROKER_FREEZES,
    /** Time passes for nobody: everything is late. */
    ALL_STALL,
    /** The broker of a node is demoted: what the node publishes reaches nobody else, and it receives all others. */
    DEMOTED_MASTER,
    /** A node vanishes without a word, and another begins under its name. */
    CRASH,
    CLOSE,
    /** Only one of the namespaces of a node is closed, and opened again. */
    NAMESPACE_CLOSES,
    CLOCK_JUMPS,
    /** The {@code send} of some clients does not return for a while, now and then of more than may be held at once. */
    SEND_STUCK
}
