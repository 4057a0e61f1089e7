package dev.roomcast.examples.servers.undertow;

import dev.roomcast.examples.servers.acceptance.ServerFaults;
import org.junit.jupiter.api.Tag;

@Tag("soak")
class UndertowFaultsTest extends ServerFaults {
    UndertowFaultsTest() {
        super(UndertowServer.class);
    }
}
