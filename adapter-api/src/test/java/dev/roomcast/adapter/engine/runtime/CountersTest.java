package dev.roomcast.adapter.engine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.engine.Engine;
import dev.roomcast.adapter.engine.StubProvider;
import dev.roomcast.adapter.engine.config.ConfigSource;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CountersTest {

    @Test
    void allNamesAreListedAndDocumented() throws Exception {
        Set<String> names = new TreeSet<>();
        for (Field field : Counters.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                names.add((String) field.get(null));
            }
        }
        assertEquals(names, new TreeSet<>(Counters.ALL));
        String documented = Files.readString(Path.of("..", "docs", "operations.md"));
        names.forEach(name -> assertTrue(documented.contains("| `" + name + "` |"), name));
    }

    @Test
    void aNewNodeHasAllCountersAndItsGaugesApart() {
        Engine engine = Engine.open(
                List.of(ConfigSource.of("test", Map.of("roomcast.adapter", "memory"))), List.of(StubProvider.MEMORY));
        Health health = engine.open("/").health();
        engine.close();
        assertEquals(Set.copyOf(Counters.ALL), health.counters().keySet());
        assertTrue(health.counters().values().stream().allMatch(value -> value == 0), health.counters()::toString);
        assertEquals(Map.of("sends.held", 0L), health.gauges());
    }
}
