package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The configuration of one transport that is tested without an engine.
 *
 * @param nodeName by which its threads are known
 * @param values by keys and aliases
 */
record KitSettings(String nodeName, Map<String, String> values) implements Settings {

    @Override
    public <T> T get(Option<T> option) {
        return find(option)
                .or(option::fallback)
                .orElseThrow(() -> new IllegalStateException(option + " is not set, and has no default"));
    }

    @Override
    public <T> Optional<T> find(Option<T> option) {
        return Stream.concat(Stream.of(option.key()), option.aliases().stream())
                .filter(values::containsKey)
                .findFirst()
                .map(values::get)
                .map(option::parse);
    }

    @Override
    public boolean isSet(Option<?> option) {
        return values.containsKey(option.key()) || option.aliases().stream().anyMatch(values::containsKey);
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
