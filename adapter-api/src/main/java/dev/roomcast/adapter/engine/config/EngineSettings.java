package dev.roomcast.adapter.engine.config;

import dev.roomcast.adapter.engine.runtime.EngineThreads;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration, checked when it is made: every value under a name of ours can be parsed, and no key is unknown. A
 * value under an alias is parsed on first use.
 */
public final class EngineSettings implements Settings {

    private static final Logger log = LoggerFactory.getLogger(EngineSettings.class);
    private static final int LONGEST_HOST_NAME = 255;
    private static final String OURS = "roomcast.";
    private static final String OURS_IN_ENVIRONMENT = "ROOMCAST_";

    private final List<ConfigSource> sources;
    private final ConfigSource environment;
    private final String nodeName;
    private final EngineThreads threads;

    public EngineSettings(List<ConfigSource> sources, List<Option<?>> options) {
        this(sources, options, ConfigSource.ofEnvironment(System.getenv()));
    }

    /** @param environment this process's, whether or not it is one of the sources */
    EngineSettings(List<ConfigSource> sources, List<Option<?>> options, ConfigSource environment) {
        this.sources = sources;
        this.environment = environment;
        refuseUnknownKeys(options);
        options.forEach(this::check);
        this.nodeName = find(EngineOptions.NODE_NAME).orElseGet(this::hostName);
        this.threads = new EngineThreads(nodeName);
        if (get(EngineOptions.PACKET_BYTES) >= get(EngineOptions.QUEUE_BYTES)) {
            throw new IllegalArgumentException(EngineOptions.PACKET_BYTES + "=" + get(EngineOptions.PACKET_BYTES)
                    + " is not accepted: expected less than " + EngineOptions.QUEUE_BYTES + ", which is "
                    + get(EngineOptions.QUEUE_BYTES) + ", or no packet of that size could ever wait its turn");
        }
        if (get(EngineOptions.HEARTBEAT_TIMEOUT).compareTo(get(EngineOptions.HEARTBEAT_INTERVAL)) <= 0) {
            throw new IllegalArgumentException(
                    EngineOptions.HEARTBEAT_TIMEOUT + "=" + get(EngineOptions.HEARTBEAT_TIMEOUT)
                            + " is not accepted: expected more than " + EngineOptions.HEARTBEAT_INTERVAL + ", which is "
                            + get(EngineOptions.HEARTBEAT_INTERVAL));
        }
    }

    private EngineSettings(EngineSettings others, ConfigSource source) {
        this.sources = List.of(source);
        this.environment = source;
        this.nodeName = others.nodeName;
        this.threads = others.threads;
    }

    /** What these would be if the environment alone were read. */
    EngineSettings ofEnvironment() {
        return new EngineSettings(this, environment);
    }

    private void refuseUnknownKeys(List<Option<?>> options) {
        Set<String> keys = new TreeSet<>();
        Set<String> variables = new TreeSet<>();
        Set<String> aliases = new HashSet<>();
        for (Option<?> option : options) {
            keys.add(option.key());
            variables.add(environmentForm(option.key()));
            aliases.addAll(option.aliases());
        }
        for (ConfigSource source : sources) {
            for (String key : new TreeSet<>(source.keys())) {
                if (looksOurs(key) && !keys.contains(key) && !variables.contains(key) && !aliases.contains(key)) {
                    complain(source, key, key.startsWith(OURS) ? keys : variables);
                }
            }
        }
    }

    static boolean looksOurs(String key) {
        return key.startsWith(OURS) || key.startsWith(OURS_IN_ENVIRONMENT);
    }

    private static void complain(ConfigSource source, String key, Set<String> known) {
        String message = "unknown " + source.describe(key) + ": "
                + BackendArtifact.ofKey(key)
                        .filter(artifact -> known.stream().noneMatch(artifact::hasKey))
                        .map(BackendArtifact::remedy)
                        .orElseGet(() -> "did you mean " + EditDistance.nearest(key, known) + "?");
        if (key.startsWith(OURS) || source.isOurs()) {
            throw new IllegalArgumentException(message);
        }
        log.warn("Roomcast ignores {}", message);
    }

    private static String environmentForm(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    @Override
    public <T> T get(Option<T> option) {
        return find(option)
                .or(option::fallback)
                .orElseThrow(() -> new IllegalStateException(option + " is not set, and has no default"));
    }

    @Override
    public <T> Optional<T> find(Option<T> option) {
        return setting(option).map(setting -> setting.parse(option));
    }

    @Override
    public boolean isSet(Option<?> option) {
        return setting(option).isPresent();
    }

    /** A name that others use as well, such as REDIS_PORT, may be none of our business: it is parsed by the transport that needs it. */
    private void check(Option<?> option) {
        setting(option)
                .filter(setting -> !option.aliases().contains(setting.name()))
                .ifPresent(setting -> setting.parse(option));
    }

    private Optional<Setting> setting(Option<?> option) {
        for (ConfigSource source : sources) {
            for (String name : names(option)) {
                String value = source.lookup().apply(name);
                // An empty variable is how many platforms and shells leave a setting out.
                if (value != null && !value.isBlank()) {
                    return Optional.of(new Setting(name, value, source));
                }
            }
        }
        return Optional.empty();
    }

    /** The value that wins, as it was given. */
    private record Setting(String name, String value, ConfigSource source) {

        <T> T parse(Option<T> option) {
            try {
                return option.parse(value);
            } catch (IllegalArgumentException e) {
                String where = "; it was set as " + source.describe(name);
                throw new IllegalArgumentException(e.getMessage() + where, e.getCause());
            }
        }

        /** Its value may be a secret. */
        @Override
        public String toString() {
            return source.describe(name);
        }
    }

    private static List<String> names(Option<?> option) {
        List<String> names = new ArrayList<>();
        names.add(option.key());
        names.addAll(option.aliases());
        names.add(environmentForm(option.key()));
        return names;
    }

    /** Where values are looked up, for people. */
    String sourceNames() {
        return sources.stream().map(ConfigSource::name).collect(Collectors.joining(", "));
    }

    /** A plain variable, such as NODE_ENV, that is no option of ours. */
    Optional<String> variable(String name) {
        return sources.stream()
                .<@Nullable String>map(source -> source.lookup().apply(name))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    /** What the machine calls itself, without asking a name server, which could take long. */
    private String hostName() {
        return Stream.of("HOSTNAME", "COMPUTERNAME")
                .flatMap(name -> variable(name).or(() -> Optional.ofNullable(System.getenv(name))).stream())
                .findFirst()
                .or(EngineSettings::hostNameFile)
                .map(String::strip)
                .filter(name -> !name.isEmpty() && name.length() <= LONGEST_HOST_NAME && Limits.isWellFormed(name))
                .orElse("node");
    }

    private static Optional<String> hostNameFile() {
        try {
            return Optional.of(Files.readString(Path.of("/etc/hostname")));
        } catch (IOException | RuntimeException e) {
            // Not there on macOS and Windows, which have a variable or do without.
            return Optional.empty();
        }
    }

    @Override
    public String nodeName() {
        return nodeName;
    }

    @Override
    public ThreadFactory threads(String role) {
        return threads.named(role);
    }

    public EngineThreads threads() {
        return threads;
    }
}
