package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.redis.cluster.ShardedTransport;
import dev.roomcast.adapter.redis.config.LibraryVersions;
import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisConfiguration;
import dev.roomcast.adapter.redis.config.RedisEndpoints;
import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.redis.config.RedisProtocol;
import dev.roomcast.adapter.redis.config.TlsVerify;
import dev.roomcast.adapter.redis.connection.FixedLocator;
import dev.roomcast.adapter.redis.connection.LoginSource;
import dev.roomcast.adapter.redis.connection.RedisConnector;
import dev.roomcast.adapter.redis.connection.RedisTransport;
import dev.roomcast.adapter.redis.connection.SentinelLocator;
import dev.roomcast.adapter.redis.runtime.OwnThread;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import io.lettuce.core.resource.ClientResources;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens transports over one Redis server, by its Pub/Sub. Chosen by {@code roomcast.adapter=redis}, or by {@code auto}
 * where {@code REDIS_URL} or {@code REDIS_HOST} is set; without either, {@code redis} is {@code
 * redis://localhost:6379}.
 *
 * <p>The least rights of an ACL user are {@code resetchannels &<prefix>.* -@all +publish +subscribe +unsubscribe
 * +ping}, with {@code roomcast.prefix} for {@code <prefix>}; no keys. Without {@code +ping} all works as well, but each
 * PING is a line in the server's {@code ACL LOG}.
 *
 * <p>Two settings exist only in code: {@link #withCredentials} for passwords that change, {@link #withResources} for
 * existing threads.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class RedisTransportProvider implements TransportProvider {

    private static final Logger log = LoggerFactory.getLogger(RedisTransportProvider.class);

    private final @Nullable RedisCredentials credentials;
    private final @Nullable ClientResources resources;

    /** For {@link java.util.ServiceLoader}, and for those who choose it in code. */
    public RedisTransportProvider() {
        this(null, null);
    }

    private RedisTransportProvider(@Nullable RedisCredentials credentials, @Nullable ClientResources resources) {
        this.credentials = credentials;
        this.resources = resources;
    }

    /**
     * The same provider, with a user and a password that may change while its transports live. Those of the configuration are not
     * used then.
     *
     * @param changing may be shared by several providers
     * @return another provider, for {@link dev.roomcast.adapter.Adapters#connect(dev.roomcast.adapter.AdapterConfig,
     *     TransportProvider)}
     */
    public RedisTransportProvider withCredentials(RedisCredentials changing) {
        return new RedisTransportProvider(Objects.requireNonNull(changing, "changing"), resources);
    }

    /**
     * The same provider, on threads, name resolution and metrics of Lettuce that the application has already; of a client that it has,
     * they are {@code client.getResources()}. Without them each backend has its own: two threads for the connections and two for the
     * rest. They are not shut down with a backend, and must not be before it.
     *
     * <p>A whole client cannot be given: whether it reconnects by itself, and sends again what it has sent before, is in its options,
     * and the transport needs those otherwise than most applications have them.
     *
     * @param shared the application's
     * @return another provider, for {@link dev.roomcast.adapter.Adapters#connect(dev.roomcast.adapter.AdapterConfig,
     *     TransportProvider)}
     */
    public RedisTransportProvider withResources(ClientResources shared) {
        return new RedisTransportProvider(credentials, Objects.requireNonNull(shared, "shared"));
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public List<Option<?>> options() {
        return RedisOptions.ALL;
    }

    @Override
    public Optional<String> detect(Settings settings) {
        if (settings.isSet(RedisOptions.URL)) {
            return Optional.of(RedisOptions.names(RedisOptions.URL) + " is set");
        }
        if (settings.isSet(RedisOptions.HOST)) {
            return Optional.of(RedisOptions.names(RedisOptions.HOST) + " is set");
        }
        return Optional.empty();
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        LibraryVersions.found().requireCompatible();
        return OwnThread.call(settings.threads("redis-open"), () -> opened(settings, receiver));
    }

    private Transport opened(Settings configured, Receiver receiver) {
        RedisConfiguration configuration = RedisConfiguration.of(configured);
        RedisEndpoints site = configuration.site();
        Settings settings = configuration.settings();
        RedisAddress example = site.servers().get(0);
        if (example.usesTls() && settings.get(RedisOptions.TLS_VERIFY) == TlsVerify.NONE) {
            receiver.remark(
                    "tls",
                    Optional.of("nobody checks the certificate of " + site
                            + ", and anybody in between can read and change" + " all, the password too ("
                            + RedisOptions.names(RedisOptions.TLS_VERIFY) + "=none)"));
        }
        boolean isSharded = site.kind() == RedisEndpoints.Kind.CLUSTER && settings.get(RedisOptions.SHARDED);
        RedisProtocol protocol = settings.get(RedisOptions.PROTOCOL);
        RedisConnector connector = new RedisConnector(
                settings, site, logins(example), isSharded ? protocol.sharded() : protocol, resources);
        if (isSharded) {
            ShardedTransport transport = new ShardedTransport(settings, connector, site, receiver);
            transport.start();
            return transport;
        }
        if (site.kind() == RedisEndpoints.Kind.SENTINEL) {
            RedisTransport transport = new RedisTransport(
                    settings,
                    connector,
                    new SentinelLocator(connector, site, LoginSource.ofSentinels(settings)),
                    receiver);
            transport.startWatching();
            return transport;
        }
        RedisTransport transport = new RedisTransport(settings, connector, new FixedLocator(site.servers()), receiver);
        transport.start();
        return transport;
    }

    private LoginSource logins(RedisAddress address) {
        LoginSource configured = LoginSource.configured(address);
        if (credentials == null) {
            return configured;
        }
        if (configured.login().isGiven()) {
            log.warn("The credentials that are given in code win over user and password of the configuration");
        }
        return credentials.logins();
    }
}
