package dev.roomcast.examples.servers.tomcat;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import org.junit.jupiter.api.Tag;

@Tag("full")
class LargeBurstTest extends ServerAcceptance {
    LargeBurstTest() {
        super(TomcatServer.class, 6_000);
    }
}
