package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Option;
import dev.roomcast.adapter.cluster.Settings;
import io.lettuce.core.RedisURI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the server is and who we are there.
 *
 * <p>URLs are read by our own few lines rather than by {@link java.net.URI}: that one refuses hosts with an underscore, which
 * container platforms have, and repeats the password in its messages.
 *
 * @param scheme {@code redis}, or {@code rediss} for TLS
 * @param host a name, or an IP address without brackets
 * @param port from 1 to 65535
 * @param username empty for the server's default user
 * @param password empty for none
 */
record RedisAddress(String scheme, String host, int port, String username, String password) {

    private static final Logger log = LoggerFactory.getLogger(RedisAddress.class);

    private static final int DEFAULT_PORT = 6379;
    private static final Pattern DATABASE = Pattern.compile("(/\\d*)?");
    private static final Pattern BLANK_OR_CONTROL = Pattern.compile("[\\s\\p{Cntrl}]");
    private static final List<Option<?>> SINGLE_VALUES =
            List.of(RedisOptions.HOST, RedisOptions.PORT, RedisOptions.USERNAME, RedisOptions.PASSWORD);

    RedisAddress {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    /** What the configuration says; the URL wins over the single values, and the log says so. */
    static RedisAddress of(Settings settings) {
        return settings.find(RedisOptions.URL)
                .map(url -> {
                    warnOfUnused(settings);
                    return parse(url);
                })
                .orElseGet(() -> ofSingleValues(settings));
    }

    private static void warnOfUnused(Settings settings) {
        String unused = SINGLE_VALUES.stream()
                .filter(option -> settings.find(option).isPresent())
                .map(RedisOptions::names)
                .collect(Collectors.joining(", "));
        if (!unused.isEmpty()) {
            log.warn("{} wins: not used are {}", RedisOptions.names(RedisOptions.URL), unused);
        }
    }

    private static RedisAddress ofSingleValues(Settings settings) {
        String host = unbracketed(settings.get(RedisOptions.HOST));
        if (host.isEmpty() || BLANK_OR_CONTROL.matcher(host).find() || host.contains("/") || host.contains("@")) {
            throw new IllegalArgumentException(RedisOptions.names(RedisOptions.HOST) + "=" + redactedHost(host)
                    + " is not accepted: expected a host name or an IP address; a whole URL belongs in "
                    + RedisOptions.names(RedisOptions.URL));
        }
        return new RedisAddress(
                settings.get(RedisOptions.TLS) ? "rediss" : "redis",
                host,
                settings.get(RedisOptions.PORT),
                settings.find(RedisOptions.USERNAME).orElse(""),
                settings.find(RedisOptions.PASSWORD).orElse(""));
    }

    /** A URL that was put into the wrong variable may hold a password. */
    private static String redactedHost(String host) {
        return host.contains("@") ? "<redacted>" : host;
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException saying what is accepted; neither its message nor a cause repeats the URL
     */
    static RedisAddress parse(String url) {
        int colon = url.indexOf("://");
        if (colon < 0) {
            throw bad("it does not begin with redis:// or rediss://");
        }
        String scheme = scheme(url.substring(0, colon).toLowerCase(Locale.ROOT));
        String rest = url.substring(colon + 3);
        int end = authorityEnd(rest);
        String authority = rest.substring(0, end);
        if (authority.contains(",")) {
            throw new IllegalArgumentException(RedisOptions.names(RedisOptions.URL)
                    + " names several nodes: Redis Cluster is not supported yet; name one server, "
                    + "or write a comma in a password as %2C");
        }
        if (!DATABASE.matcher(rest.substring(end)).matches()) {
            throw bad("only a database number may follow host and port: timeouts have keys of their own, and "
                    + "/, ? and # in a password are written %2F, %3F and %23");
        }
        int at = authority.lastIndexOf('@');
        return parse(scheme, authority.substring(0, Math.max(at, 0)), authority.substring(at + 1));
    }

    private static String scheme(String scheme) {
        return switch (scheme) {
            case "redis", "rediss" -> scheme;
            case "redis-sentinel", "rediss-sentinel" ->
                throw new IllegalArgumentException(RedisOptions.names(RedisOptions.URL) + " begins with " + scheme
                        + "://: Redis Sentinel is not supported yet; name one server as redis://host:port");
            default -> throw bad("it does not begin with redis:// or rediss://");
        };
    }

    private static int authorityEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                return i;
            }
        }
        return rest.length();
    }

    private static RedisAddress parse(String scheme, String user, String server) {
        int bracket = server.lastIndexOf(']');
        int colon = server.indexOf(':', Math.max(bracket, 0));
        String host = unbracketed(colon < 0 ? server : server.substring(0, colon));
        if (host.isEmpty() || BLANK_OR_CONTROL.matcher(host).find()) {
            throw bad("it names no host");
        }
        int port = colon < 0 ? DEFAULT_PORT : port(server.substring(colon + 1));
        // Without a colon it is a password, as redis-cli and Lettuce have it.
        int separator = user.indexOf(':');
        String username = decoded(user.substring(0, Math.max(separator, 0)));
        return new RedisAddress(scheme, host, port, username, decoded(user.substring(separator + 1)));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below; this exception repeats the text, which may be part of a password.
        }
        throw bad("its port is not a whole number from 1 to 65535");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("a % in its user or password is not followed by two hexadecimal digits; % itself is written %25");
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static IllegalArgumentException bad(String why) {
        return new IllegalArgumentException(RedisOptions.names(RedisOptions.URL) + "=<redacted> is not accepted: " + why
                + "; expected redis://[user:password@]host[:port][/database], or rediss://... for TLS");
    }

    boolean usesTls() {
        return scheme.equals("rediss");
    }

    /** Where a connection leads. The database number means nothing to Pub/Sub, so none is selected. */
    RedisURI.Builder toUri() {
        return RedisURI.builder().withHost(host).withPort(port).withSsl(usesTls());
    }

    /** Where it is, without user and password. */
    @Override
    public String toString() {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
