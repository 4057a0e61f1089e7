package dev.roomcast.adapter.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.engine.Engine;
import dev.roomcast.adapter.engine.StubProvider;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendSelectionTest {

    private static final List<TransportProvider> BOTH = List.of(StubProvider.MEMORY, StubProvider.REDIS);
    private static final String URL = "redis://:s3cret@example";

    @Test
    void memoryWhereNoBrokerIsConfigured() {
        BackendSelection backendSelection = choose(Map.of());
        assertEquals("MemoryAdapter", backendSelection.adapterName());
        assertTrue(backendSelection.reason().contains("no broker is configured"));
        assertEquals(Optional.empty(), backendSelection.unused());
    }

    @Test
    void theBrokerThatIsConfigured() {
        BackendSelection backendSelection = choose(Map.of("REDIS_URL", URL));
        assertEquals("RedisAdapter", backendSelection.adapterName());
        assertEquals("because REDIS_URL is set", backendSelection.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "prod", "live", "staging", "stage", "qa", "preview", "eu-1", "test-1", " "})
    void theBrokerInEveryEnvironmentThatMayBeAFleet(String environment) {
        for (String variable : List.of("NODE_ENV", "APP_ENV")) {
            BackendSelection backendSelection = choose(Map.of("REDIS_URL", URL, variable, environment));
            assertEquals("RedisAdapter", backendSelection.adapterName());
            assertEquals(Optional.empty(), backendSelection.unused());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "develop", "development", "Development", "local", "test", "TESTING", " test "})
    void memoryWithAWarningWhereTheEnvironmentSaysDevelopmentTestOrLocal(String environment) {
        for (String variable : List.of("NODE_ENV", "APP_ENV")) {
            BackendSelection backendSelection = choose(Map.of("REDIS_URL", URL, variable, environment));
            assertEquals("MemoryAdapter", backendSelection.adapterName());
            assertEquals("because " + variable + " is " + environment.strip(), backendSelection.reason());
            assertEquals(
                    Optional.of("REDIS_URL is set and not used: set roomcast.adapter=redis to use it"),
                    backendSelection.unused());
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
                BackendSelection.of(new EngineSettings(sources, options), BOTH).adapterName());
    }

    @Test
    void aBackendThatIsNotThereIsNamedWithTheRemedy() {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> choose(Map.of("roomcast.adapter", "nats")));
        assertTrue(e.getMessage().contains("add the artifact that brings it"), e.getMessage());
        assertTrue(e.getMessage().contains("memory, redis"), e.getMessage());
    }

    @Test
    void aBackendIsNamedInAnyCaseOfLetters() {
        assertEquals("RedisAdapter", choose(Map.of("roomcast.adapter", "Redis")).adapterName());
        assertEquals("MemoryAdapter", choose(Map.of("roomcast.adapter", "AUTO")).adapterName());
    }

    @Test
    void aBackendOfOursThatIsNotThereIsNamedWithItsArtifact() {
        IllegalStateException redis = assertThrows(
                IllegalStateException.class,
                () -> choose(Map.of("roomcast.adapter", "Redis"), Map.of(), List.of(StubProvider.MEMORY)));
        assertTrue(redis.getMessage().contains("dev.roomcast:roomcast-adapter-redis,"), redis.getMessage());
        IllegalStateException memory = assertThrows(
                IllegalStateException.class, () -> choose(Map.of(), Map.of(), List.of(StubProvider.REDIS)));
        assertTrue(memory.getMessage().contains("which is used because no broker is configured"), memory.getMessage());
        assertTrue(memory.getMessage().contains("dev.roomcast:roomcast-adapter-memory,"), memory.getMessage());
    }

    @Test
    void aBrokerIsNotLeftUnusedInSilenceBecauseItsBackendIsNotThere() {
        BackendSelection backendSelection = choose(Map.of("REDIS_URL", URL), Map.of(), List.of(StubProvider.MEMORY));
        assertEquals("MemoryAdapter", backendSelection.adapterName());
        assertEquals(
                Optional.of("REDIS_URL is set and not used: add the dependency dev.roomcast:roomcast-adapter-redis"),
                backendSelection.unused());
    }

    @Test
    void aBrokerInAnEnvironmentThatIsNotReadIsNamed() {
        Optional<String> unused = Optional.of("REDIS_URL is set in the environment and not used:"
                + " AdapterConfig.fromEnvironment() reads it, the given map not");
        Map<String, String> environment = Map.of("REDIS_URL", URL);
        assertEquals(unused, choose(Map.of(), environment, BOTH).unused());
        assertEquals(
                unused,
                choose(Map.of("roomcast.adapter", "redis"), environment, BOTH).unused());
        for (Map<String, String> said :
                List.of(Map.of("REDIS_URL", "redis://other"), Map.of("roomcast.adapter", "memory"))) {
            assertEquals(Optional.empty(), choose(said, environment, BOTH).unused());
        }
    }

    @Test
    void theReasonIsTheNodesFirstReason() {
        Engine engine = Engine.open(sources(Map.of("REDIS_URL", URL, "APP_ENV", "test")), BOTH);
        Adapter adapter = engine.open("/");
        assertEquals(Health.Status.UP, adapter.health().status());
        assertTrue(adapter.health().reason().contains("single-instance mode"));
        assertTrue(adapter.health().reason().startsWith("REDIS_URL is set and not used: "));
        assertFalse(adapter.health().reason().contains("s3cret"));
        engine.close();
    }

    private static BackendSelection choose(Map<String, String> values) {
        return choose(values, Map.of(), BOTH);
    }

    private static BackendSelection choose(
            Map<String, String> values, Map<String, String> environment, List<TransportProvider> providers) {
        return BackendSelection.of(
                new EngineSettings(sources(values), Engine.options(providers), ConfigSource.ofEnvironment(environment)),
                providers);
    }

    private static List<ConfigSource> sources(Map<String, String> values) {
        return List.of(ConfigSource.of("the given map", values));
    }
}
