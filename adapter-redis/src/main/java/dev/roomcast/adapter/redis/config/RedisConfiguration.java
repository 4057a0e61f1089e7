package dev.roomcast.adapter.redis.config;

import dev.roomcast.adapter.redis.config.RedisEndpoints.Kind;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checked configuration, from a URL or from single values.
 *
 * @param site the servers
 * @param settings everything else, parameters of the URL among it
 */
public record RedisConfiguration(RedisEndpoints site, Settings settings) {

    private static final Logger log = LoggerFactory.getLogger(RedisConfiguration.class);

    private static final Pattern HOST_AND_PORT = Pattern.compile("([^:]*|\\[.*\\]):(\\d+)");

    /** What a URL overrides. */
    private static final List<Option<?>> SINGLE_VALUES =
            List.of(RedisOptions.HOST, RedisOptions.PORT, RedisOptions.USERNAME, RedisOptions.PASSWORD);

    /** Reads it. The URL wins over the single values, and the log says so. */
    public static RedisConfiguration of(Settings settings) {
        // Before there is a thread: a bad value ends the opening.
        RedisOptions.ALL.stream()
                .filter(option -> !SINGLE_VALUES.contains(option))
                .forEach(settings::find);
        Optional<String> url = settings.find(RedisOptions.URL);
        if (url.isEmpty()) {
            RedisEndpoints site = new RedisEndpoints(Kind.SINGLE, List.of(ofSingleValues(settings)), "");
            return new RedisConfiguration(asConfigured(site, settings), settings);
        }
        warnOfUnused(settings);
        RedisUrl parsed = RedisUrl.parse(url.get(), settings::isSet);
        log(parsed);
        return new RedisConfiguration(
                asConfigured(parsed.site(), settings),
                new UrlSettings(settings, parsed.parameters().options()));
    }

    private static RedisEndpoints asConfigured(RedisEndpoints site, Settings settings) {
        return settings.get(RedisOptions.CLUSTER) ? site.asCluster() : site;
    }

    private static void warnOfUnused(Settings settings) {
        String unused = SINGLE_VALUES.stream()
                .filter(settings::isSet)
                .map(RedisOptions::names)
                .collect(Collectors.joining(", "));
        if (!unused.isEmpty()) {
            log.warn("{} is used; {} are ignored", RedisOptions.names(RedisOptions.URL), unused);
        }
    }

    private static void log(RedisUrl url) {
        if (!url.parameters().passedOver().isEmpty()) {
            log.info(
                    "Roomcast does not use these parameters of {}: {}",
                    RedisOptions.names(RedisOptions.URL),
                    String.join(", ", url.parameters().passedOver()));
        }
        if (url.database() > 0) {
            log.warn(
                    "{} names database {}, but the channels of a Redis server belong to all of its databases: nodes that"
                            + " share the server meet, unless roomcast.prefix differs",
                    RedisOptions.names(RedisOptions.URL),
                    url.database());
        }
    }

    private static RedisAddress ofSingleValues(Settings settings) {
        String host = settings.get(RedisOptions.HOST);
        if (!RedisUrl.isHost(host)) {
            throw badHost(host, "a whole URL belongs in " + RedisOptions.names(RedisOptions.URL));
        }
        if (HOST_AND_PORT.matcher(host).matches()) {
            String port = host.substring(host.lastIndexOf(':') + 1);
            throw badHost(host, "its port belongs in " + RedisOptions.names(RedisOptions.PORT) + "=" + port);
        }
        return new RedisAddress(
                settings.get(RedisOptions.TLS) ? "rediss" : "redis",
                RedisUrl.unbracketed(host),
                settings.get(RedisOptions.PORT),
                settings.find(RedisOptions.USERNAME).orElse(""),
                settings.find(RedisOptions.PASSWORD).orElse(""));
    }

    private static IllegalArgumentException badHost(String host, String remedy) {
        // A URL that was put into the wrong variable may hold a password.
        return new IllegalArgumentException(
                RedisOptions.names(RedisOptions.HOST) + "=" + (host.contains("@") ? "<redacted>" : host)
                        + " is not accepted: expected a host name or an IP address; " + remedy);
    }

    /** What a URL says of options that have no value of their own. */
    private record UrlSettings(Settings own, Map<Option<?>, String> ofUrl) implements Settings {

        @Override
        public <T> T get(Option<T> option) {
            return find(option).orElseGet(() -> own.get(option));
        }

        @Override
        public <T> Optional<T> find(Option<T> option) {
            return own.find(option)
                    .or(() -> Optional.ofNullable(ofUrl.get(option)).map(option::parse));
        }

        @Override
        public boolean isSet(Option<?> option) {
            return own.isSet(option) || ofUrl.containsKey(option);
        }

        @Override
        public String nodeName() {
            return own.nodeName();
        }

        @Override
        public ThreadFactory threads(String role) {
            return own.threads(role);
        }
    }
}
