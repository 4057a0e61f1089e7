package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.redis.RedisSite.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads URLs. By our own few lines rather than by {@link java.net.URI}: that one refuses hosts with an underscore, which container
 * platforms have, and repeats the password in its messages.
 */
final class RedisUrl {

    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;
    private static final Pattern DATABASE = Pattern.compile("(/\\d*)?");
    private static final Pattern BLANK_OR_CONTROL = Pattern.compile("[\\s\\p{Cntrl}]");
    private static final String MASTER_PARAMETER = "?sentinelMasterId=";

    private RedisUrl() {}

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException saying what is accepted; neither its message nor a cause repeats the URL
     */
    static RedisSite parse(String url) {
        int colon = url.indexOf("://");
        if (colon < 0) {
            throw bad("it does not begin with redis://, rediss:// or redis-sentinel://");
        }
        String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = url.substring(colon + 3);
        return switch (scheme) {
            case "redis", "rediss" -> servers(scheme, rest);
            case "redis-sentinel" -> sentinels("redis", rest);
            case "rediss-sentinel" -> sentinels("rediss", rest);
            default -> throw bad("it does not begin with redis://, rediss:// or redis-sentinel://");
        };
    }

    private static RedisSite servers(String scheme, String rest) {
        // Some write the scheme before each of several servers.
        String list = rest.replace("," + scheme + "://", ",");
        int end = authorityEnd(list);
        requireDatabase(list.substring(end));
        List<RedisAddress> servers = addresses(scheme, list.substring(0, end), REDIS_PORT);
        return new RedisSite(servers.size() == 1 ? Kind.SINGLE : Kind.CLUSTER, servers, "");
    }

    private static RedisSite sentinels(String scheme, String rest) {
        int end = authorityEnd(rest);
        String after = rest.substring(end);
        int name = Math.max(after.indexOf('#'), after.indexOf(MASTER_PARAMETER));
        if (name < 0) {
            throw bad("it does not name the master that the Sentinels watch, as in"
                    + " redis-sentinel://host:26379,host:26379#mymaster");
        }
        requireDatabase(after.substring(0, name));
        String master = decoded(after.substring(name + (after.charAt(name) == '#' ? 1 : MASTER_PARAMETER.length())));
        if (master.isEmpty() || BLANK_OR_CONTROL.matcher(master).find()) {
            throw bad("the name of its master is empty or holds blanks");
        }
        return new RedisSite(Kind.SENTINEL, addresses(scheme, rest.substring(0, end), SENTINEL_PORT), master);
    }

    private static void requireDatabase(String after) {
        if (!DATABASE.matcher(after).matches()) {
            throw bad("only a database number may follow host and port: timeouts have keys of their own, and "
                    + "/, ? and # in a password are written %2F, %3F and %23");
        }
    }

    private static int authorityEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                return i;
            }
        }
        return rest.length();
    }

    private static List<RedisAddress> addresses(String scheme, String authority, int defaultPort) {
        int at = authority.lastIndexOf('@');
        String user = authority.substring(0, Math.max(at, 0));
        if (user.contains(",")) {
            throw bad("it names several servers, and not one login for all of them before the first;"
                    + " a comma in a password is written %2C");
        }
        List<RedisAddress> servers = new ArrayList<>();
        for (String server : authority.substring(at + 1).split(",", -1)) {
            servers.add(address(scheme, user, server, defaultPort));
        }
        return List.copyOf(servers);
    }

    private static RedisAddress address(String scheme, String user, String server, int defaultPort) {
        int bracket = server.lastIndexOf(']');
        int colon = server.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? server : server.substring(0, colon);
        if (!isHost(host)) {
            throw bad("it names no host");
        }
        int port = colon < 0 ? defaultPort : port(server.substring(colon + 1));
        // Without a colon it is a password, as redis-cli and Lettuce have it.
        int separator = user.indexOf(':');
        String username = decoded(user.substring(0, Math.max(separator, 0)));
        return new RedisAddress(scheme, unbracketed(host), port, username, decoded(user.substring(separator + 1)));
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
        throw bad("its port is not a whole number from 1 to 65535");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("a % in it is not followed by two hexadecimal digits; % itself is written %25");
        }
    }

    private static IllegalArgumentException bad(String why) {
        return new IllegalArgumentException(
                RedisOptions.names(RedisOptions.URL) + "=<redacted> is not accepted: " + why
                        + "; expected redis://[user:password@]host[:port][/database], or rediss://... for TLS,"
                        + " redis://host:port,host:port for a Cluster, redis-sentinel://host:port,host:port#master for Sentinel");
    }
}
