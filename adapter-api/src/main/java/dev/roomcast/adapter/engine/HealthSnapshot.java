package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Health;
import java.time.Instant;
import java.util.Map;

record HealthSnapshot(
        Status status,
        String adapter,
        int roomCount,
        Instant timestamp,
        String reason,
        Map<String, Long> counters,
        Map<String, Long> gauges)
        implements Health {}
