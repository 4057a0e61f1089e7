package dev.roomcast.examples.servers.jetty;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import org.junit.jupiter.api.Tag;

@Tag("full")
class JettyServerTest extends ServerAcceptance {
    JettyServerTest() {
        super(JettyServer.class, 6_000);
    }
}
