package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.roomcast.adapter.engine.config.ConfigSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdapterConfigTest {

    @Test
    void whatCodeSaysComesFirstAndTheLastWordWins() {
        AdapterConfig config = AdapterConfig.of(Map.of("a", "map", "b", "map"))
                .with("a", "first")
                .with("a", "second");
        assertEquals("second", lookup(config, "a"));
        assertEquals("map", lookup(config, "b"));
    }

    @Test
    void aMapStandsAlone() {
        System.setProperty("roomcast.prefix", "from-a-system-property");
        try {
            assertNull(lookup(AdapterConfig.of(Map.of()), "roomcast.prefix"));
            assertEquals("from-a-system-property", lookup(AdapterConfig.fromEnvironment(), "roomcast.prefix"));
        } finally {
            System.clearProperty("roomcast.prefix");
        }
    }

    @Test
    void theSourcesAreInTheirOrder() {
        List<String> names = AdapterConfig.fromEnvironment().with("a", "b").sources().stream()
                .map(ConfigSource::name)
                .toList();
        assertEquals(List.of("code", "system properties", "environment"), names.subList(0, 3));
    }

    @Test
    void valuesAreNotShown() {
        AdapterConfig config = AdapterConfig.of(Map.of("REDIS_URL", "redis://:s3cret@h"));
        assertFalse(config.with("REDIS_PASSWORD", "s3cret").toString().contains("s3cret"));
    }

    @Test
    void aLookUpWithItsNamesRefusesTypos() {
        Map<String, String> typo = Map.of("roomcast.prefx", "p", "other", "x");
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> Adapters.open(AdapterConfig.from(typo::get, typo.keySet())));
        assertEquals("unknown key roomcast.prefx in the given look-up: did you mean roomcast.prefix?", e.getMessage());
    }

    private static @Nullable String lookup(AdapterConfig config, String key) {
        for (ConfigSource source : config.sources()) {
            String value = source.lookup().apply(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
