package dev.roomcast.examples.springboot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What each example server must do, on virtual threads. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsIT extends ServerAcceptance {
    VirtualThreadsIT() {
        super(ChatServer.class, 1_500, Map.of("SPRING_THREADS_VIRTUAL_ENABLED", "true"));
    }

    @Test
    @Order(4)
    void itsThreadsAreVirtual() throws Exception {
        assertEquals(1, health("virtualThreads"));
    }
}
