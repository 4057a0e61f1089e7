package dev.roomcast.examples.servers.tomcat;

import dev.roomcast.examples.servers.acceptance.ServerFaults;
import org.junit.jupiter.api.Tag;

@Tag("full")
class TomcatFaultsTest extends ServerFaults {
    TomcatFaultsTest() {
        super(TomcatServer.class);
    }
}
