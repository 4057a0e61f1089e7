package dev.roomcast.adapter.engine.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** Logs one kind of trouble at most once per interval for each place where it happens, such as a link. */
public final class IntervalLogs {

    /** Names of places may come and go without end; those beyond share one. */
    private static final int MOST = 64;

    private final Logger log;
    private final Execution execution;
    private final Map<String, IntervalLog> byPlace = new ConcurrentHashMap<>();

    public IntervalLogs(Logger log, Execution execution) {
        this.log = log;
        this.execution = execution;
    }

    public IntervalLog at(String place) {
        String key = byPlace.size() < MOST || byPlace.containsKey(place) ? place : "";
        return byPlace.computeIfAbsent(key, p -> new IntervalLog(log, execution));
    }
}
