package dev.roomcast.adapter.engine.codec;

import org.jspecify.annotations.Nullable;

/** The kinds of messages that have a number on the wire (docs/wire.md). A {@link Message.LastSequence} is a flag of its frame instead. */
enum MessageKind {
    BROADCAST(1),
    HELLO(2),
    WELCOME(3),
    HEARTBEAT(4),
    GOODBYE(5),
    QUERY_REQUEST(6),
    QUERY_RESPONSE(7),
    PROBE(8),
    RESEND_LAST_SEQUENCES(9),
    EMITTED(10),
    WATCH(11),
    WATCH_LIST(12),
    WATCH_VERSION(13),
    WATCH_LIST_REQUEST(14),
    ROOM_PRESENCE(15),
    CHALLENGE(16),
    PROOF(17),
    RECEIPT_REQUEST(18),
    RECEIPT(19),
    UNRECEIVED(20),
    NAMES_REQUEST(21),
    LAST_SEQUENCES(22),
    LAST_SEQUENCE_REQUEST(23);

    private static final @Nullable MessageKind[] BY_NUMBER = new MessageKind[256];

    static {
        for (MessageKind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    /** The first byte of the message. */
    final int number;

    MessageKind(int number) {
        this.number = number;
    }

    /** The kind of that number, from 0 to 255, or null if this release knows none. */
    static @Nullable MessageKind of(int number) {
        return BY_NUMBER[number];
    }
}
