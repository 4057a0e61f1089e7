package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.cluster.Option;
import dev.roomcast.adapter.cluster.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    private static final List<TransportProvider> BOTH = List.of(StubProvider.MEMORY, StubProvider.REDIS);
    private static final String URL = "redis://:s3cret@example";

    @Test
    void memoryWhereNoBrokerIsConfigured() {
        Choice choice = choose(Map.of());
        assertEquals("MemoryAdapter", choice.adapterName());
        assertTrue(choice.reason().contains("no broker is configured"));
        assertFalse(choice.isWarning());
    }

    @Test
    void theBrokerThatIsConfigured() {
        Choice choice = choose(Map.of("REDIS_URL", URL));
        assertEquals("RedisAdapter", choice.adapterName());
        assertEquals("because REDIS_URL is set", choice.reason());
    }

    @Test
    void theBrokerInProduction() {
        assertEquals(
                "RedisAdapter",
                choose(Map.of("REDIS_URL", URL, "NODE_ENV", "production")).adapterName());
    }

    @Test
    void memoryElsewhereWithAWarningThatABrokerIsLeftUnused() {
        for (String variable : List.of("NODE_ENV", "APP_ENV")) {
            Choice choice = choose(Map.of("REDIS_URL", URL, variable, "staging"));
            assertEquals("MemoryAdapter", choice.adapterName());
            assertTrue(choice.isWarning());
            assertTrue(choice.reason().contains(variable + " is staging"), choice.reason());
            assertTrue(choice.reason().contains("roomcast.adapter=redis"), choice.reason());
        }
    }

    @Test
    void whatIsNamedWinsOverEverything() {
        assertEquals(
                "RedisAdapter",
                choose(Map.of("roomcast.adapter", "redis", "NODE_ENV", "test")).adapterName());
        assertEquals(
                "MemoryAdapter",
                choose(Map.of("roomcast.adapter", "memory", "REDIS_URL", URL)).adapterName());
        assertEquals("RedisAdapter", choose(Map.of("ROOMCAST_ADAPTER", "redis")).adapterName());
    }

    @Test
    void aStandardNameOfABackendThatIsNotUsedIsNotParsed() {
        Option<Integer> port = Option.integer("roomcast.redis.port", 1, 65_535).alias("REDIS_PORT");
        List<Option<?>> options = List.of(EngineOptions.ADAPTER, EngineOptions.NODE_NAME, port);
        List<ConfigSource> sources = sources(Map.of("roomcast.adapter", "memory", "REDIS_PORT", "many"));
        assertEquals(
                "MemoryAdapter",
                Choice.of(new EngineSettings(sources, options), BOTH).adapterName());
    }

    @Test
    void aBackendThatIsNotThereIsNamedWithTheRemedy() {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> choose(Map.of("roomcast.adapter", "nats")));
        assertTrue(e.getMessage().contains("dev.roomcast:roomcast-adapter-nats"), e.getMessage());
        assertTrue(e.getMessage().contains("memory, redis"), e.getMessage());
    }

    @Test
    void theReasonIsTheNodesFirstReason() {
        Engine engine = Engine.open(sources(Map.of("REDIS_URL", URL, "APP_ENV", "test")), BOTH);
        Adapter adapter = engine.open("/");
        assertTrue(adapter.health().reason().contains("single-instance mode"));
        assertTrue(adapter.health().reason().contains("although REDIS_URL is set"));
        assertFalse(adapter.health().reason().contains("s3cret"));
        engine.close();
    }

    private static Choice choose(Map<String, String> values) {
        List<Option<?>> options = new ArrayList<>(EngineOptions.ALL);
        BOTH.forEach(provider -> options.addAll(provider.options()));
        return Choice.of(new EngineSettings(sources(values), options), BOTH);
    }

    private static List<ConfigSource> sources(Map<String, String> values) {
        return List.of(ConfigSource.of("test", values));
    }
}
