package dev.roomcast.adapter.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class MemoryTransportProviderTest {

    private final TransportProvider provider = new MemoryTransportProvider();

    @Test
    void isFoundOnTheModulePath() {
        getClass().getModule().addUses(TransportProvider.class);

        List<String> names = ServiceLoader.load(TransportProvider.class).stream()
                .map(found -> found.get().name())
                .toList();

        assertEquals(List.of("memory"), names);
    }

    @Test
    void isFoundOnTheClassPath() throws Exception {
        String file = "/META-INF/services/" + TransportProvider.class.getName();
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(file), file)) {
            String named = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();

            assertEquals(MemoryTransportProvider.class.getName(), named);
        }
    }

    @Test
    void isNeverChosenByItself() {
        assertEquals(Optional.empty(), provider.detect(settings(Map.of("roomcast.memory.bus", "x"))));
    }

    @Test
    void aNodeWithoutABusIsAlone() {
        RecordingReceiver receiver = new RecordingReceiver();

        assertSame(Transport.none(), provider.open(settings(Map.of()), receiver));
        assertEquals(List.of(), receiver.calls());
    }

    @Test
    void nodesThatNameTheSameBusHearEachOther() {
        RecordingReceiver other = new RecordingReceiver();
        RecordingReceiver stranger = new RecordingReceiver();
        Transport a = provider.open(named("one"), new RecordingReceiver());
        Transport b = provider.open(named("one"), other);
        Transport c = provider.open(named("two"), stranger);
        b.subscribe(List.of("news"));
        c.subscribe(List.of("news"));
        other.newCalls();
        stranger.newCalls();

        a.publish(List.of(new RecordingOutgoing("news", "hello")));

        assertEquals(List.of("1 news: hello"), other.calls());
        assertEquals(List.of(), stranger.calls());
        List.of(a, b, c).forEach(Transport::close);
    }

    @Test
    void aNamedBusIsGoneWithItsLastNode() {
        Transport a = provider.open(named("short-lived"), new RecordingReceiver());
        Transport b = provider.open(named("short-lived"), new RecordingReceiver());

        a.close();
        a.close();
        assertTrue(NamedBuses.isKnown("short-lived"), "one node is left, however often the other is closed");
        b.close();
        assertFalse(NamedBuses.isKnown("short-lived"));
    }

    @Test
    void aPrivateBusIsSharedByItsProvidersAlone() {
        MemoryBus bus = new MemoryBus();
        RecordingReceiver other = new RecordingReceiver();
        Transport a = new MemoryTransportProvider(bus).open(named("ignored"), new RecordingReceiver());
        Transport b = new MemoryTransportProvider(bus).open(settings(Map.of()), other);
        b.subscribe(List.of("news"));
        other.newCalls();

        a.publish(List.of(new RecordingOutgoing("news", "hello")));

        assertEquals(List.of("1 news: hello"), other.calls());
        assertFalse(NamedBuses.isKnown("ignored"));
        List.of(a, b).forEach(Transport::close);
        assertTrue(bus.isIdle());
    }

    @Test
    void aBusNeedsAName() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> provider.open(named(" "), new RecordingReceiver()));

        assertEquals(
                "roomcast.memory.bus=  is not accepted: expected a name of at least one character",
                refused.getMessage());
    }

    private static Settings named(String bus) {
        return settings(Map.of("roomcast.memory.bus", bus));
    }

    private static Settings settings(Map<String, String> values) {
        return new Settings() {
            @Override
            public <T> T get(Option<T> option) {
                return find(option).or(option::fallback).orElseThrow(IllegalStateException::new);
            }

            @Override
            public <T> Optional<T> find(Option<T> option) {
                return Optional.ofNullable(values.get(option.key())).map(option::parse);
            }

            @Override
            public boolean isSet(Option<?> option) {
                return values.containsKey(option.key());
            }

            @Override
            public String nodeName() {
                return "test";
            }

            @Override
            public ThreadFactory threads(String role) {
                throw new UnsupportedOperationException("this transport has no threads");
            }
        };
    }
}
