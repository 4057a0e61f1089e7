/** The backend for many processes, over Redis Pub/Sub. */
module dev.roomcast.adapter.redis {
    requires transitive dev.roomcast.adapter;
    requires static org.jspecify;
    requires org.slf4j;
    requires transitive lettuce.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    // Used by Lettuce, which is no module that could require it.
    requires io.netty.resolver.dns;
    requires io.netty.transport;

    exports dev.roomcast.adapter.redis;

    provides dev.roomcast.adapter.spi.TransportProvider with
            dev.roomcast.adapter.redis.RedisTransportProvider;
}
