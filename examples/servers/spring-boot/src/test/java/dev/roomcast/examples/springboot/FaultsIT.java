package dev.roomcast.examples.springboot;

import dev.roomcast.examples.servers.acceptance.ServerFaults;
import org.junit.jupiter.api.Tag;

/** What each example server lives through. */
@Tag("faults")
class FaultsIT extends ServerFaults {
    FaultsIT() {
        super(ChatServer.class);
    }
}
