package dev.roomcast.examples.servers.netty;

import dev.roomcast.examples.servers.acceptance.ServerFaults;
import org.junit.jupiter.api.Tag;

@Tag("full")
class NettyFaultsTest extends ServerFaults {
    NettyFaultsTest() {
        super(NettyServer.class);
    }
}
