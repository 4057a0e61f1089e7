package dev.roomcast.adapter.redis;

import io.lettuce.core.ConnectionBuilder;
import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;

/** Lettuce's client with a separate resolver. The resolver of the resources may belong to the application. */
final class RotatingClient extends RedisClient {

    private final AddressRotation addresses;

    RotatingClient(ClientResources resources, AddressRotation addresses) {
        super(resources, new RedisURI());
        this.addresses = addresses;
    }

    @Override
    protected <K, V, T extends RedisChannelHandler<K, V>> ConnectionFuture<T> initializeChannelAsync(
            ConnectionBuilder builder) {
        builder.bootstrap().resolver(addresses);
        return super.initializeChannelAsync(builder);
    }
}
