package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Health;
import java.time.Instant;
import java.util.Map;

/** The health of a {@link WrappedAdapter}, to break one promise of it. */
abstract class WrappedHealth implements Health {

    private final Health within;

    WrappedHealth(Health within) {
        this.within = within;
    }

    @Override
    public Status status() {
        return within.status();
    }

    @Override
    public String adapter() {
        return within.adapter();
    }

    @Override
    public int roomCount() {
        return within.roomCount();
    }

    @Override
    public Instant timestamp() {
        return within.timestamp();
    }

    @Override
    public String reason() {
        return within.reason();
    }

    @Override
    public Map<String, Long> counters() {
        return within.counters();
    }

    @Override
    public Map<String, Long> gauges() {
        return within.gauges();
    }
}
