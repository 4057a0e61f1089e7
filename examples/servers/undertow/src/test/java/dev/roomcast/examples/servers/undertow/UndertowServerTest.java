package dev.roomcast.examples.servers.undertow;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import org.junit.jupiter.api.Tag;

@Tag("full")
class UndertowServerTest extends ServerAcceptance {
    UndertowServerTest() {
        super(UndertowServer.class, 6_000);
    }
}
