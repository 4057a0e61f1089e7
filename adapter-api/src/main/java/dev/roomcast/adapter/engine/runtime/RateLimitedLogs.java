package dev.roomcast.adapter.engine.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** Limits log lines to one per interval for each key, such as the name of a link. */
public final class RateLimitedLogs {

    /** Keys are unbounded. Keys beyond this number share one log. */
    private static final int MOST = 64;

    private final Logger log;
    private final Execution execution;
    private final Map<String, RateLimitedLog> byKey = new ConcurrentHashMap<>();

    public RateLimitedLogs(Logger log, Execution execution) {
        this.log = log;
        this.execution = execution;
    }

    public RateLimitedLog at(String key) {
        String shared = byKey.size() < MOST || byKey.containsKey(key) ? key : "";
        return byKey.computeIfAbsent(shared, k -> new RateLimitedLog(log, execution));
    }
}
