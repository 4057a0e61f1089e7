package dev.roomcast.adapter.redis.config;

import dev.roomcast.adapter.spi.Option;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The options of the Redis backend. */
public final class RedisOptions {

    public static final Option<String> URL = Option.text("roomcast.redis.url")
            .alias("REDIS_URL")
            .secret()
            .describedAs("The server, as redis://[user:password@]host[:port] or, with TLS, rediss://... (also valkey://"
                    + " and valkeys://); some of a Cluster's, separated by commas; or"
                    + " redis-sentinel://host:port,host:port#master. Wins over the single values.");

    public static final Option<String> HOST = Option.text("roomcast.redis.host")
            .alias("REDIS_HOST")
            .or("localhost")
            .describedAs("The server's host, where no URL is set.");

    static final Option<Integer> PORT = Option.integer("roomcast.redis.port", 1, 65_535)
            .alias("REDIS_PORT")
            .or(6379)
            .describedAs("The server's port, where no URL is set.");

    static final Option<String> USERNAME = Option.text("roomcast.redis.username")
            .alias("REDIS_USERNAME")
            .describedAs(
                    "The ACL user, where no URL is set, with or without a password; the server's default user if absent.");

    public static final Option<String> PASSWORD = Option.text("roomcast.redis.password")
            .alias("REDIS_PASSWORD")
            .secret()
            .describedAs("The password, where no URL is set.");

    public static final Option<Boolean> CLUSTER = Option.of(
                    "roomcast.redis.cluster", "true or false", RedisOptions::trueOrFalse)
            .or(false)
            .describedAs("Whether the one address that is set leads to a Redis Cluster."
                    + " Several in the URL are a Cluster in any case.");

    public static final Option<Boolean> SHARDED = Option.of(
                    "roomcast.redis.sharded", "true or false", RedisOptions::trueOrFalse)
            .or(true)
            .describedAs("Whether a Cluster's rooms are spread over its masters (Redis 7.0 or later)."
                    + " The same for all nodes: nodes that differ do not receive each other's packets.");

    public static final Option<Boolean> ALLOW_REPLICA = Option.of(
                    "roomcast.redis.allow-replica", "true or false", RedisOptions::trueOrFalse)
            .or(false)
            .describedAs("Whether the server may be a replica. Only for a cluster whose nodes all use the same replica:"
                    + " what is published there reaches nobody at the master or at other replicas.");

    public static final Option<String> SENTINEL_USERNAME = Option.text("roomcast.redis.sentinel-username")
            .alias("REDIS_SENTINEL_USERNAME")
            .describedAs("The ACL user at the Sentinels, whose login is not the master's.");

    public static final Option<String> SENTINEL_PASSWORD = Option.text("roomcast.redis.sentinel-password")
            .alias("REDIS_SENTINEL_PASSWORD")
            .secret()
            .describedAs("The password at the Sentinels.");

    public static final Option<Boolean> TLS = Option.of(
                    "roomcast.redis.tls", "true or false", RedisOptions::trueOrFalse)
            .alias("REDIS_TLS")
            .or(false)
            .describedAs("Whether to use TLS, where no URL is set; in a URL rediss:// means TLS.");

    public static final Option<String> TLS_CA = Option.text("roomcast.redis.tls.ca")
            .alias("REDIS_TLS_CA")
            .describedAs("A file in PEM with the CAs that are trusted; those that the JVM trusts if absent.");

    public static final Option<String> TLS_CERTIFICATE = Option.text("roomcast.redis.tls.certificate")
            .alias("REDIS_TLS_CERTIFICATE")
            .describedAs(
                    "A file in PEM with the client certificate, and those between it and its CA; needs the key too.");

    public static final Option<String> TLS_KEY = Option.text("roomcast.redis.tls.key")
            .alias("REDIS_TLS_KEY")
            .describedAs(
                    "A file in PEM with the private key of the client certificate, in PKCS#8 and without a password.");

    public static final Option<TlsVerify> TLS_VERIFY = Option.of(
                    "roomcast.redis.tls.verify", "full, ca or none", TlsVerify::parse)
            .alias("REDIS_TLS_VERIFY")
            .or(TlsVerify.FULL)
            .describedAs("How the server's certificate is checked: full; ca: that a trusted CA has signed it, but not"
                    + " that it names this host; none: nothing, so anybody in between can read and change everything.");

    public static final Option<RedisProtocol> PROTOCOL = Option.of(
                    "roomcast.redis.protocol", "auto, resp2 or resp3", RedisProtocol::parse)
            .or(RedisProtocol.AUTO)
            .describedAs("The version of the protocol: auto is resp3, and resp2 where the server refuses HELLO;"
                    + " resp2 is for proxies that close the connection at HELLO.");

    public static final Option<Integer> MAX_RETRIES = Option.integer("roomcast.redis.max-retries", 1, 1_000_000)
            .alias("REDIS_MAX_RETRIES")
            .or(10)
            .describedAs("Failed attempts to connect after which ready() fails and health says DOWN; attempts go on.");

    public static final Option<Duration> CONNECT_TIMEOUT = Option.duration("roomcast.redis.connect-timeout")
            .alias("REDIS_CONNECT_TIMEOUT")
            .or(Duration.ofSeconds(10))
            .describedAs("How long one attempt to connect may take.");

    public static final Option<Duration> COMMAND_TIMEOUT = Option.duration("roomcast.redis.command-timeout")
            .alias("REDIS_COMMAND_TIMEOUT")
            .or(Duration.ofSeconds(5))
            .describedAs("How long the server may take to answer a command before the connection is closed;"
                    + " for a PUBLISH, once it has left, at most twice as long, and for others up to six times while bytes"
                    + " arrive.");

    public static final Option<Duration> PING_INTERVAL = Option.duration("roomcast.redis.ping-interval")
            .or(Duration.ofSeconds(1))
            .describedAs("The time between two PINGs on each connection.");

    public static final Option<Duration> PING_TIMEOUT = Option.duration("roomcast.redis.ping-timeout")
            .or(Duration.ofSeconds(3))
            .describedAs("How long a connection may receive no byte after a PING has left before it is closed.");

    public static final List<Option<?>> ALL = List.of(
            URL,
            HOST,
            PORT,
            USERNAME,
            PASSWORD,
            CLUSTER,
            SHARDED,
            ALLOW_REPLICA,
            SENTINEL_USERNAME,
            SENTINEL_PASSWORD,
            TLS,
            TLS_CA,
            TLS_CERTIFICATE,
            TLS_KEY,
            TLS_VERIFY,
            PROTOCOL,
            MAX_RETRIES,
            CONNECT_TIMEOUT,
            COMMAND_TIMEOUT,
            PING_INTERVAL,
            PING_TIMEOUT);

    private RedisOptions() {}

    private static boolean trueOrFalse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither");
        };
    }

    /** The names of an option for people: {@code roomcast.redis.url (REDIS_URL)}. */
    public static String names(Option<?> option) {
        return option.aliases().isEmpty()
                ? option.key()
                : option.key() + " (" + String.join(", ", option.aliases()) + ")";
    }
}
