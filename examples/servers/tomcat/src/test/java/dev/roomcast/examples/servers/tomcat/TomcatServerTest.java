package dev.roomcast.examples.servers.tomcat;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;

class TomcatServerTest extends ServerAcceptance {
    TomcatServerTest() {
        super(TomcatServer.class, 1_500);
    }
}
