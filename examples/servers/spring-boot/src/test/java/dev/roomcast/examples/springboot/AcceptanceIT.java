package dev.roomcast.examples.springboot;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;

/** What each example server must do. */
class AcceptanceIT extends ServerAcceptance {
    AcceptanceIT() {
        super(ChatServer.class, 1_500);
    }
}
