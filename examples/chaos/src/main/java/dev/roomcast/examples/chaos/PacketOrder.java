package dev.roomcast.examples.chaos;

/** Which packets of one sender keep their order. */
enum PacketOrder {
    /** In a room and for a user; and around what is for several rooms, a member or everyone: Rules 2.6 and 2.17. */
    ACROSS_CHANNELS,
    /** In a room, for a user, and among what is for several rooms, a member or everyone: several servers know no order of them all. */
    IN_A_CHANNEL
}
