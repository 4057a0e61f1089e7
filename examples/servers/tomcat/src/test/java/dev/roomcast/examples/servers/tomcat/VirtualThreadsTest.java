package dev.roomcast.examples.servers.tomcat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.examples.servers.acceptance.ServerAcceptance;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@Tag("full")
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest extends ServerAcceptance {
    VirtualThreadsTest() {
        super(TomcatServer.class, 6_000, Map.of("VIRTUAL_THREADS", "true"));
    }

    @Test
    @Order(4)
    void itsThreadsAreVirtual() throws Exception {
        assertEquals(1, health("virtualThreads"));
    }
}
