package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Opens the transports of {@code roomcast.adapter=memory}. A node is alone, unless {@code roomcast.memory.bus} names a
 * bus. Nodes of this JVM that name the same bus are a cluster.
 *
 * <p><b>Threading.</b> May be used from any thread.
 */
public final class MemoryTransportProvider implements TransportProvider {

    private static final Option<String> BUS = Option.of(
                    "roomcast.memory.bus", "a name of at least one character", MemoryTransportProvider::busName)
            .describedAs("Nodes in one JVM that name the same bus are a cluster; without a bus a node is alone.");

    private final Optional<MemoryBus> bus;

    /** The provider that {@link java.util.ServiceLoader} finds: configuration decides whether there is a bus, and which. */
    public MemoryTransportProvider() {
        this.bus = Optional.empty();
    }

    /**
     * A provider of nodes that share a bus which nobody can name, for tests and for embedding.
     *
     * @param bus what they share, whatever {@code roomcast.memory.bus} says
     */
    public MemoryTransportProvider(MemoryBus bus) {
        this.bus = Optional.of(Objects.requireNonNull(bus, "bus"));
    }

    private static String busName(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return text;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Option<?>> options() {
        return List.of(BUS);
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        if (bus.isPresent()) {
            return MemoryTransport.open(bus.get(), "private memory bus", receiver, () -> {});
        }
        return settings.find(BUS).map(name -> openNamed(name, receiver)).orElseGet(Transport::none);
    }

    private static Transport openNamed(String name, Receiver receiver) {
        MemoryBus shared = NamedBuses.acquire(name);
        return MemoryTransport.open(shared, "memory bus " + name, receiver, () -> NamedBuses.release(name));
    }
}
