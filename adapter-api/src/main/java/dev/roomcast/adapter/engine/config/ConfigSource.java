package dev.roomcast.adapter.engine.config;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One place where configuration is looked up.
 *
 * @param name for people
 * @param one the description of one of its names for people, with %s for the name: {@code environment variable %s}
 * @param lookup the value of a name, or null
 * @param keys the names that are there, as far as they are known: used to find unknown keys
 * @param isOurs whether an unknown {@code ROOMCAST_...} is an error; in the environment it is only warned of, since
 *     others put variables there that merely begin like ours
 */
public record ConfigSource(
        String name, String one, Function<String, @Nullable String> lookup, Set<String> keys, boolean isOurs) {

    public static ConfigSource of(String name, Map<String, String> values) {
        return of(name, "key %s in " + name, values, true);
    }

    public static ConfigSource ofSystemProperties(Map<String, String> values) {
        return of("system properties", "system property %s", values, true);
    }

    public static ConfigSource ofEnvironment(Map<String, String> values) {
        return of("environment", "environment variable %s", values, false);
    }

    private static ConfigSource of(String name, String one, Map<String, String> values, boolean isOurs) {
        Map<String, String> copy = ServiceVariables.removedFrom(Map.copyOf(values));
        return new ConfigSource(name, one, copy::get, copy.keySet(), isOurs);
    }

    /**
     * A framework's look-up.
     *
     * @param names those that it has, as far as they are known: the environment's may be among them
     */
    public static ConfigSource ofLookup(
            String name, Function<String, @Nullable String> lookup, Collection<String> names) {
        Function<String, @Nullable String> others = ServiceVariables.removedFrom(lookup);
        Set<String> keys = names.stream()
                .filter(EngineSettings::looksOurs)
                .filter(key -> others.apply(key) != null)
                .collect(Collectors.toUnmodifiableSet());
        return new ConfigSource(name, "key %s in " + name, others, keys, false);
    }

    /** Names a key as the user knows it. */
    String describe(String key) {
        return String.format(one, key);
    }

    @Override
    public String toString() {
        return name;
    }
}
