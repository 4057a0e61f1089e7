package dev.roomcast.adapter.engine.config;

import java.time.Duration;

/** The protocol's intervals. */
public record ProtocolTiming(Duration heartbeat, Duration silence, Duration helloWait, Duration request) {

    public static ProtocolTiming of(EngineSettings settings) {
        return new ProtocolTiming(
                settings.get(EngineOptions.HEARTBEAT_INTERVAL),
                settings.get(EngineOptions.HEARTBEAT_TIMEOUT),
                settings.get(EngineOptions.HELLO_WAIT),
                settings.get(EngineOptions.REQUEST_TIMEOUT));
    }

    /** How often silence is looked for: a node is given up at most this much late. */
    public Duration watch() {
        return silence.dividedBy(8).plusMillis(1);
    }
}
