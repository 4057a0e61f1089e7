package dev.roomcast.examples.servers.netty;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import org.junit.jupiter.api.Tag;

@Tag("full")
class NettyServerTest extends ServerAcceptance {
    NettyServerTest() {
        super(NettyServer.class, 6_000);
    }
}
