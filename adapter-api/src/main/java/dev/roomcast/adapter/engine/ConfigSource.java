package dev.roomcast.adapter.engine;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One place where configuration is looked up.
 *
 * @param name for people
 * @param lookup the value of a name, or null
 * @param keys what is there, as far as it can be told: used to find unknown keys
 * @param isOurs whether an unknown key is an error; in the environment it is only warned of, since others put variables there that
 *     merely begin like ours
 */
public record ConfigSource(String name, Function<String, @Nullable String> lookup, Set<String> keys, boolean isOurs) {

    public static ConfigSource of(String name, Map<String, String> values) {
        Map<String, String> copy = ServiceVariables.removedFrom(Map.copyOf(values));
        return new ConfigSource(name, copy::get, copy.keySet(), true);
    }

    public static ConfigSource ofEnvironment(Map<String, String> values) {
        Map<String, String> copy = ServiceVariables.removedFrom(Map.copyOf(values));
        return new ConfigSource("environment", copy::get, copy.keySet(), false);
    }

    public static ConfigSource ofLookup(String name, Function<String, @Nullable String> lookup) {
        return new ConfigSource(name, ServiceVariables.removedFrom(lookup), Set.of(), true);
    }

    @Override
    public String toString() {
        return name;
    }
}
