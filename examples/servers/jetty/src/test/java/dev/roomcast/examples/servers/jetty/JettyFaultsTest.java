package dev.roomcast.examples.servers.jetty;

import dev.roomcast.examples.servers.acceptance.ServerFaults;
import org.junit.jupiter.api.Tag;

@Tag("soak")
class JettyFaultsTest extends ServerFaults {
    JettyFaultsTest() {
        super(JettyServer.class);
    }
}
