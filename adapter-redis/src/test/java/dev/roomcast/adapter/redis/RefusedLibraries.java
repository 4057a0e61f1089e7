package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lettuce 7 on Netty 4.1. Only library-sets/pom.xml runs it, on exactly these libraries. */
class RefusedLibraries {

    @Test
    void areNamedWhenTheAdapterIsOpened() {
        AdapterConfig config = AdapterConfig.of(Map.of("roomcast.redis.url", "redis://localhost:1"));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> Adapters.open(config));
        for (String part : List.of(
                System.getProperty("roomcast.test.lettuce"),
                System.getProperty("roomcast.test.netty"),
                "<netty.version>")) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e::toString);
        }
    }
}
