package dev.roomcast.examples.servers.javalin;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import org.junit.jupiter.api.Tag;

@Tag("full")
class JavalinServerTest extends ServerAcceptance {
    JavalinServerTest() {
        super(JavalinServer.class, 6_000);
    }
}
