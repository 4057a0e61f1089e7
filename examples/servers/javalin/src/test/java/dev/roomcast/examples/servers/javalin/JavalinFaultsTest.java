package dev.roomcast.examples.servers.javalin;

import dev.roomcast.examples.servers.acceptance.ServerFaults;
import org.junit.jupiter.api.Tag;

@Tag("soak")
class JavalinFaultsTest extends ServerFaults {
    JavalinFaultsTest() {
        super(JavalinServer.class);
    }
}
