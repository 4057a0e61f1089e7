package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.ConnectionBuilder;
import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.stream.Stream;

/**
 * Lettuce's client with a separate resolver. The resolver of the resources may belong to the application. It also finds the
 * channel of a connection, for which Lettuce has no accessor.
 */
final class RotatingClient extends RedisClient {

    private static final AttributeKey<Object> CONNECTION = AttributeKey.valueOf(RotatingClient.class, "connection");

    private final AddressRotation addresses;

    RotatingClient(ClientResources resources, AddressRotation addresses) {
        super(resources, new RedisURI());
        this.addresses = addresses;
    }

    @Override
    protected <K, V, T extends RedisChannelHandler<K, V>> ConnectionFuture<T> initializeChannelAsync(
            ConnectionBuilder builder) {
        builder.bootstrap().resolver(addresses).attr(CONNECTION, builder.connection());
        return super.initializeChannelAsync(builder);
    }

    /** The channel of a connection; none if it is another client's, or closed. */
    Stream<Channel> channelOf(StatefulConnection<?, ?> connection) {
        return channels.stream().filter(channel -> channel.attr(CONNECTION).get() == connection);
    }
}
