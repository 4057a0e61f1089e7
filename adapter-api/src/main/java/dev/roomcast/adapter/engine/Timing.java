package dev.roomcast.adapter.engine;

import java.time.Duration;

/** The protocol's intervals. */
record Timing(Duration heartbeat, Duration silence, Duration helloWait, Duration request) {

    static Timing of(EngineSettings settings) {
        return new Timing(
                settings.get(EngineOptions.HEARTBEAT_INTERVAL),
                settings.get(EngineOptions.HEARTBEAT_TIMEOUT),
                settings.get(EngineOptions.HELLO_WAIT),
                settings.get(EngineOptions.REQUEST_TIMEOUT));
    }

    /** How often silence is looked for: a node is given up at most this much late. */
    Duration watch() {
        return silence.dividedBy(8).plusMillis(1);
    }
}
