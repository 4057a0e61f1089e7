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
        RedisAddress address = RedisAddress.of(settings);
        RedisTransport transport = new RedisTransport(settings, address, receiver);
        transport.start();
        return transport;
    }
}
