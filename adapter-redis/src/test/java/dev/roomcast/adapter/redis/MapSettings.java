package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Settings from a map of keys. Its threads are named after its node, so that a test finds them. */
public record MapSettings(String nodeName, Map<String, String> values) implements Settings {

    @Override
    public <T> T get(Option<T> option) {
        return find(option).or(option::fallback).orElseThrow(() -> new IllegalStateException("no value of " + option));
    }

    @Override
    public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable(values.get(option.key())).map(option::parse);
    }

    @Override
    public boolean isSet(Option<?> option) {
        return values.containsKey(option.key());
    }

    @Override
    public ThreadFactory threads(String role) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, nodeName + "-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
