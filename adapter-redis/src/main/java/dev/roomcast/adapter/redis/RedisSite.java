package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Option;
import dev.roomcast.adapter.cluster.Settings;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the configuration names.
 *
 * @param kind what it is
 * @param servers at least one: the server, the Sentinels, or some servers of the Cluster
 * @param master the name by which Sentinels know their master; empty for the other kinds
 */
record RedisSite(Kind kind, List<RedisAddress> servers, String master) {

    enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    private static final Logger log = LoggerFactory.getLogger(RedisSite.class);

    /** What a URL overrides. */
    static final List<Option<?>> SINGLE_VALUES =
            List.of(RedisOptions.HOST, RedisOptions.PORT, RedisOptions.USERNAME, RedisOptions.PASSWORD);

    /** What the configuration says; the URL wins over the single values, and the log says so. */
    static RedisSite of(Settings settings) {
        RedisSite site = settings.find(RedisOptions.URL)
                .map(url -> {
                    warnOfUnused(settings);
                    return RedisUrl.parse(url);
                })
                .orElseGet(() -> new RedisSite(Kind.SINGLE, List.of(ofSingleValues(settings)), ""));
        return settings.get(RedisOptions.CLUSTER) ? site.asCluster() : site;
    }

    /** A Cluster that is named by one address, behind which there are many servers. */
    private RedisSite asCluster() {
        if (kind == Kind.SENTINEL) {
            throw new IllegalArgumentException(RedisOptions.CLUSTER.key() + "=true is not accepted: "
                    + RedisOptions.names(RedisOptions.URL) + " names Sentinels, which a Cluster has not; remove one");
        }
        return new RedisSite(Kind.CLUSTER, servers, master);
    }

    private static void warnOfUnused(Settings settings) {
        String unused = SINGLE_VALUES.stream()
                .filter(settings::isSet)
                .map(RedisOptions::names)
                .collect(Collectors.joining(", "));
        if (!unused.isEmpty()) {
            log.warn("{} wins: not used are {}", RedisOptions.names(RedisOptions.URL), unused);
        }
    }

    private static RedisAddress ofSingleValues(Settings settings) {
        String host = settings.get(RedisOptions.HOST);
        if (!RedisUrl.isHost(host)) {
            throw new IllegalArgumentException(RedisOptions.names(RedisOptions.HOST) + "=" + redactedHost(host)
                    + " is not accepted: expected a host name or an IP address; a whole URL belongs in "
                    + RedisOptions.names(RedisOptions.URL));
        }
        return new RedisAddress(
                settings.get(RedisOptions.TLS) ? "rediss" : "redis",
                RedisUrl.unbracketed(host),
                settings.get(RedisOptions.PORT),
                settings.find(RedisOptions.USERNAME).orElse(""),
                settings.find(RedisOptions.PASSWORD).orElse(""));
    }

    /** A URL that was put into the wrong variable may hold a password. */
    private static String redactedHost(String host) {
        return host.contains("@") ? "<redacted>" : host;
    }

    @Override
    public String toString() {
        return servers.stream().map(RedisAddress::toString).collect(Collectors.joining(","))
                + (kind == Kind.SENTINEL ? "#" + master : "");
    }
}
