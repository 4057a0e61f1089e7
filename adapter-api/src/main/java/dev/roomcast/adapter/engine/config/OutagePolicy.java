package dev.roomcast.adapter.engine.config;

import java.util.Locale;

/** What happens to a packet while it cannot be published. */
public enum OutagePolicy {
    /** Its stage fails at once. */
    FAIL,
    /** It waits, within bounds, and leaves when the outage is over. */
    WAIT;

    /** As it is configured. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
