package dev.roomcast.adapter.redis.config;

import dev.roomcast.adapter.redis.config.RedisEndpoints.Kind;
import dev.roomcast.adapter.spi.Option;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A parsed URL of Redis. It is not parsed by {@link java.net.URI}, because that class refuses hosts with an underscore,
 * which container platforms use, and repeats the password in its messages.
 *
 * @param site the servers, and the login at each
 * @param database its number, which means nothing to Pub/Sub
 * @param parameters what follows the {@code ?}
 */
record RedisUrl(RedisEndpoints site, int database, UrlParameters parameters) {

    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;
    private static final Pattern DATABASE = Pattern.compile("\\d{1,5}");
    private static final Pattern BLANK_OR_CONTROL = Pattern.compile("[\\s\\p{Cntrl}]");
    /** What Sentinel accepts as the name of a master. */
    private static final Pattern MASTER = Pattern.compile("[A-Za-z0-9._-]+");

    private static final String ENCODING =
            "/, ?, #, @ and a comma in a password are written %2F, %3F, %23, %40 and %2C";

    private static final Map<String, String> SERVERS =
            Map.of("redis", "redis", "valkey", "redis", "rediss", "rediss", "valkeys", "rediss", "redis+ssl", "rediss");

    private static final Map<String, String> SENTINELS = Map.of(
            "redis-sentinel",
            "redis",
            "redis+sentinel",
            "redis",
            "rediss-sentinel",
            "rediss",
            "rediss+sentinel",
            "rediss");

    /** The parts behind the hosts, without the characters that begin them. */
    private record Tail(String path, String query, String fragment) {}

    /**
     * Reads a URL.
     *
     * @param isSet whether an option has a value of its own, which wins over a parameter of the URL
     * @throws IllegalArgumentException saying what is accepted; neither its message nor a cause repeats the URL
     */
    static RedisUrl parse(String url, Predicate<Option<?>> isSet) {
        if (url.startsWith("\"") || url.startsWith("'")) {
            throw bad("it is in quotation marks, which an .env file of Docker does not take off");
        }
        int colon = url.indexOf("://");
        if (colon < 0) {
            throw bad("it does not begin with redis://, rediss:// or redis-sentinel://");
        }
        String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = url.substring(colon + 3);
        String asServer = SERVERS.get(scheme);
        if (asServer != null) {
            // Some write the scheme before each of several servers.
            return servers(asServer, rest.replace("," + scheme + "://", ","), isSet);
        }
        String asSentinel = SENTINELS.get(scheme);
        if (asSentinel != null) {
            return sentinels(asSentinel, rest, isSet);
        }
        throw bad(
                switch (scheme) {
                    case "http", "https" ->
                        "it is the address of an HTTP service, not of Redis; hosts that have both"
                                + " show the other one beside it";
                    case "unix", "redis-socket", "redis+socket" ->
                        "it names a Unix domain socket; Roomcast connects by TCP";
                    default -> "it does not begin with redis://, rediss:// or redis-sentinel://";
                });
    }

    private static RedisUrl servers(String scheme, String rest, Predicate<Option<?>> isSet) {
        int end = authorityEnd(rest);
        Tail tail = tail(rest.substring(end));
        List<RedisAddress> servers = addresses(scheme, rest.substring(0, end), REDIS_PORT);
        UrlParameters parameters = UrlParameters.parse(tail.query(), scheme.equals("rediss"), isSet);
        if (!tail.fragment().isEmpty()) {
            throw bad("a # in it names the master of Sentinels, which begin with redis-sentinel://; " + ENCODING);
        }
        if (parameters.master().isPresent()) {
            throw bad("sentinelMasterId belongs to Sentinels, which begin with redis-sentinel://");
        }
        Kind kind = servers.size() == 1 ? Kind.SINGLE : Kind.CLUSTER;
        return new RedisUrl(new RedisEndpoints(kind, servers, ""), database(tail.path(), parameters), parameters);
    }

    private static RedisUrl sentinels(String scheme, String rest, Predicate<Option<?>> isSet) {
        int end = authorityEnd(rest);
        Tail tail = tail(rest.substring(end));
        UrlParameters parameters = UrlParameters.parse(tail.query(), scheme.equals("rediss"), isSet);
        String path = tail.path();
        String master = tail.fragment().isEmpty() ? parameters.master().orElse("") : tail.fragment();
        if (master.isEmpty() && !DATABASE.matcher(path).matches()) {
            // As clients for Python have it: /master or /master/database.
            int slash = path.indexOf('/');
            master = slash < 0 ? path : path.substring(0, slash);
            path = slash < 0 ? "" : path.substring(slash + 1);
        }
        if (master.isEmpty()) {
            throw bad("it does not name the master that the Sentinels watch, as in"
                    + " redis-sentinel://host:26379,host:26379#mymaster");
        }
        String name = decoded(master);
        if (!MASTER.matcher(name).matches()) {
            throw bad("the name of its master holds something else than letters, digits, ., - and _;"
                    + " parameters stand before the #");
        }
        List<RedisAddress> sentinels = addresses(scheme, rest.substring(0, end), SENTINEL_PORT);
        return new RedisUrl(new RedisEndpoints(Kind.SENTINEL, sentinels, name), database(path, parameters), parameters);
    }

    private static Tail tail(String text) {
        if (text.contains("@")) {
            throw bad("a login stands before the host only; " + ENCODING);
        }
        int hash = text.indexOf('#');
        String fragment = hash < 0 ? "" : text.substring(hash + 1);
        String before = hash < 0 ? text : text.substring(0, hash);
        int question = before.indexOf('?');
        String query = question < 0 ? "" : before.substring(question + 1);
        String path = question < 0 ? before : before.substring(0, question);
        return new Tail(path.startsWith("/") ? path.substring(1) : path, query, fragment);
    }

    private static int database(String path, UrlParameters parameters) {
        String number = parameters.database().orElse(path);
        if (!number.isEmpty() && !DATABASE.matcher(number).matches()) {
            throw bad("only the number of a database may follow host and port; " + ENCODING);
        }
        return number.isEmpty() ? 0 : Integer.parseInt(number);
    }

    private static int authorityEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                return i;
            }
        }
        return rest.length();
    }

    /** One login for all servers: before the first, or the same before each. */
    private static List<RedisAddress> addresses(String scheme, String authority, int defaultPort) {
        String login = "";
        List<RedisAddress> servers = new ArrayList<>();
        for (String server : authority.split(",", -1)) {
            int at = server.lastIndexOf('@');
            if (at >= 0) {
                String own = server.substring(0, at);
                if (!servers.isEmpty() && !own.equals(login)) {
                    throw bad("it names several servers, and not one login for all of them before the first;"
                            + " a comma in a password is written %2C");
                }
                login = own;
            }
            servers.add(address(scheme, login, server.substring(at + 1), defaultPort));
        }
        return List.copyOf(servers);
    }

    private static RedisAddress address(String scheme, String login, String server, int defaultPort) {
        int bracket = server.lastIndexOf(']');
        int colon = server.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? server : server.substring(0, colon);
        if (!isHost(host)) {
            throw bad("it names no host; " + ENCODING);
        }
        int port = colon < 0 ? defaultPort : port(server.substring(colon + 1));
        // Without a colon it is a password, as redis-cli and Lettuce have it.
        int separator = login.indexOf(':');
        String username = decoded(login.substring(0, Math.max(separator, 0)));
        return new RedisAddress(scheme, unbracketed(host), port, username, decoded(login.substring(separator + 1)));
    }

    /** Whether it can be the name of a host, or an IP address, in brackets or not. */
    static boolean isHost(String text) {
        String host = unbracketed(text);
        return !host.isEmpty() && !BLANK_OR_CONTROL.matcher(host).find() && !host.contains("/") && !host.contains("@");
    }

    static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
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
        throw bad("its port is not a whole number from 1 to 65535; " + ENCODING);
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("a % in it is not followed by two hexadecimal digits; % itself is written %25");
        }
    }

    static IllegalArgumentException bad(String why) {
        return new IllegalArgumentException(
                RedisOptions.names(RedisOptions.URL) + "=<redacted> is not accepted: " + why
                        + "; expected redis://[user:password@]host[:port][/database], or rediss://... for TLS,"
                        + " redis://host:port,host:port for a Cluster, redis-sentinel://host:port,host:port#master for Sentinel");
    }
}
