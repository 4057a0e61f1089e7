package dev.roomcast.adapter.engine.codec;

/** The bits by which messages say what is in them, and what is left out (docs/wire.md). */
final class MessageFlags {

    // Of what a node says about itself.
    static final int STATIC_CHANNELS = 1;
    static final int RECEIVED_HASH = 2;
    static final int NAMING_BY_HASH = 4;

    // Of a broadcast.
    static final int TEXT = 1;
    static final int EVERYONE = 2;
    static final int CHANNEL_NAME = 4;
    static final int SELECTION = 8;
    static final int EXCEPTIONS = 16;
    static final int DROPPABLE = 32;

    private MessageFlags() {}
}
