package dev.roomcast.adapter.engine.config;

import java.util.Locale;

/** The channels on which a node receives packets for its rooms and users. */
public enum ChannelMode {
    /** Each has one of its own. */
    PER_ROOM,
    /** All are heard on the namespace's channel, which each node subscribes once and for all. */
    STATIC;

    /** As it is configured. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ChannelMode parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
