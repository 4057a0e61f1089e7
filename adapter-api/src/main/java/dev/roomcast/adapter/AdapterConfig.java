package dev.roomcast.adapter;

import dev.roomcast.adapter.engine.config.ConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration comes from. Immutable. It is read and checked when an adapter is opened: an unknown
 * {@code roomcast.*} key or a bad value is an {@link IllegalArgumentException} there, which names the key, the value
 * and what is accepted.
 *
 * <p>The keys stand in {@code docs/configuration.md}. Each may also be given as an environment variable in capitals
 * ({@code ROOMCAST_HEARTBEAT_INTERVAL}), and some by the names that platforms use ({@code REDIS_URL}).
 */
public final class AdapterConfig {

    private static final String FILE = "roomcast.properties";

    private final List<ConfigSource> sources;

    private AdapterConfig(List<ConfigSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /**
     * The usual sources: system properties, then the environment, then {@code roomcast.properties} on the class path.
     * The first source that has a key wins.
     *
     * @return that configuration
     * @throws UncheckedIOException if {@code roomcast.properties} cannot be read
     */
    public static AdapterConfig fromEnvironment() {
        List<ConfigSource> sources = new ArrayList<>();
        sources.add(ConfigSource.ofSystemProperties(strings(System.getProperties())));
        sources.add(ConfigSource.ofEnvironment(System.getenv()));
        Properties file = file();
        if (file != null) {
            sources.add(ConfigSource.of(FILE + " on the class path", strings(file)));
        }
        return new AdapterConfig(sources);
    }

    /**
     * A framework's own properties, and nothing else: neither system properties nor the environment is used. A broker
     * that only the environment configures is named in the log line that states the choice of the backend.
     *
     * @param values keys or aliases, and values; copied
     * @return that configuration
     */
    public static AdapterConfig of(Map<String, String> values) {
        return new AdapterConfig(List.of(ConfigSource.of("the given map", values)));
    }

    /**
     * A framework's own look-up, and nothing else. Since a look-up cannot list its keys, an unknown one goes unnoticed:
     * see {@link #from(Function, Collection)}.
     *
     * @param lookup returns the value of a key or alias, or null if it has none
     * @return that configuration
     */
    public static AdapterConfig from(Function<String, @Nullable String> lookup) {
        return from(lookup, List.of());
    }

    /**
     * A framework's own look-up, and nothing else, with the names of the properties that it has, so that an unknown
     * {@code roomcast.*} among them is an error. Those of the environment may be among them.
     *
     * @param lookup returns the value of a key or alias, or null if it has none
     * @param names all names that the framework knows, or those that begin with {@code roomcast.}; others are not
     *     looked at
     * @return that configuration
     */
    public static AdapterConfig from(Function<String, @Nullable String> lookup, Collection<String> names) {
        return new AdapterConfig(List.of(ConfigSource.ofLookup("the given look-up", lookup, names)));
    }

    /**
     * This configuration with one value set in code, which wins over all sources.
     *
     * @param key a key or an alias
     * @param value its value
     * @return another configuration
     */
    public AdapterConfig with(String key, String value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        List<ConfigSource> more = new ArrayList<>();
        more.add(ConfigSource.of("code", Map.of(key, value)));
        more.addAll(sources);
        return new AdapterConfig(more);
    }

    List<ConfigSource> sources() {
        return sources;
    }

    private static Map<String, String> strings(Properties properties) {
        Map<String, String> strings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> strings.put(name, properties.getProperty(name)));
        return strings;
    }

    private static @Nullable Properties file() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context != null ? context : AdapterConfig.class.getClassLoader();
        try (InputStream in = loader.getResourceAsStream(FILE)) {
            if (in == null) {
                return null;
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " on the class path cannot be read", e);
        }
    }

    /** Names the sources, never their values: secrets are among them. */
    @Override
    public String toString() {
        return "AdapterConfig" + sources;
    }
}
