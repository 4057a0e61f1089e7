package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Option;
import dev.roomcast.adapter.cluster.Receiver;
import dev.roomcast.adapter.cluster.Settings;
import dev.roomcast.adapter.cluster.Transport;
import dev.roomcast.adapter.cluster.TransportProvider;
import java.util.List;
import java.util.Optional;

/**
 * Opens transports over one Redis server, by its Pub/Sub. Chosen by {@code roomcast.adapter=redis}, or by {@code auto} where
 * {@code REDIS_URL} or {@code REDIS_HOST} is set; without either, {@code redis} is {@code redis://localhost:6379}.
 *
 * <p>Needs nothing of the server but {@code PUBLISH}, {@code SUBSCRIBE}, {@code UNSUBSCRIBE} and {@code PING}, so that an ACL user
 * with {@code resetchannels &<prefix>* -@all +@connection +publish +subscribe +unsubscribe} will do.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class RedisTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}, and for those who choose it in code. */
    public RedisTransportProvider() {}

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
        if (settings.find(RedisOptions.URL).isPresent()) {
            return Optional.of(RedisOptions.names(RedisOptions.URL) + " is set");
        }
        if (settings.find(RedisOptions.HOST).isPresent()) {
            return Optional.of(RedisOptions.names(RedisOptions.HOST) + " is set");
        }
        return Optional.empty();
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        RedisSite site = RedisSite.of(settings);
        RedisConnector connector = new RedisConnector(settings);
        if (site.kind() == RedisSite.Kind.CLUSTER && settings.get(RedisOptions.SHARDED)) {
            ShardedTransport transport = new ShardedTransport(settings, connector, site, receiver);
            transport.start();
            return transport;
        }
        if (site.kind() == RedisSite.Kind.SENTINEL) {
            SentinelLocator master = new SentinelLocator(
                    connector,
                    site,
                    settings.find(RedisOptions.SENTINEL_USERNAME).orElse(""),
                    settings.find(RedisOptions.SENTINEL_PASSWORD).orElse(""));
            RedisTransport transport = new RedisTransport(settings, connector, master, receiver);
            transport.startWatching();
            return transport;
        }
        RedisTransport transport = new RedisTransport(settings, connector, new FixedLocator(site.servers()), receiver);
        transport.start();
        return transport;
    }
}
