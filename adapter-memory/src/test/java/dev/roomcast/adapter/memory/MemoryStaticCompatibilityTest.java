package dev.roomcast.adapter.memory;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;

/** The kit on several nodes that share a bus, and hear all rooms on one channel. */
@DisplayName("memory, 3 nodes, static channels")
class MemoryStaticCompatibilityTest extends MemoryClusterCompatibilityTest {

    @Override
    protected Map<String, String> settings() {
        return Map.of("roomcast.channels", "static");
    }
}
