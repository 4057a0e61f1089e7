package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Backend;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import org.junit.jupiter.api.Assumptions;

/**
 * The rules of {@code docs/spec.md} for adapters that are not built on the engine, and have no {@link Transport}. The
 * kit's faults work between an engine and its transport, so the rules that need them are skipped with a reason. {@link
 * #faults()} with a broker of its own adds the rules of chapter B.
 *
 * <pre>{@code
 * class MyAdapterCompatibilityTest extends WholeAdapterCompatibilityKit {
 *     @Override
 *     protected String name() {
 *         return "My";
 *     }
 *
 *     @Override
 *     protected Backend connect(AdapterConfig config) {
 *         return new MyBackend(config);
 *     }
 * }
 * }</pre>
 */
public abstract class WholeAdapterCompatibilityKit extends AdapterCompatibilityKit {

    /** For the class that extends it. */
    protected WholeAdapterCompatibilityKit() {}

    /**
     * How it is called: {@code adapter()} of its health is this and "adapter", whatever the case.
     *
     * @return a name, such as {@code "redis"}
     */
    protected abstract String name();

    /**
     * Opens one node's backend. Called for each node, each of which is to be thought of as a process of its own.
     *
     * @param config the keys of {@code docs/spec.md}: among others {@code roomcast.prefix}, by which nodes of different tests must not
     *     mix, {@code roomcast.node.name}, intervals and limits; and {@link #settings()}
     * @return a backend, which the kit closes
     */
    protected abstract Backend connect(AdapterConfig config);

    @Override
    protected final TransportProvider provider() {
        return new NameAlone(name());
    }

    @Override
    final Backend connect(AdapterConfig config, TransportProvider provider) {
        return connect(config);
    }

    @Override
    final void requireTransport() {
        Assumptions.abort(
                "the kit's faults stand between an engine and its transport, and this adapter is not built so");
    }

    private record NameAlone(String name) implements TransportProvider {

        @Override
        public Transport open(Settings settings, Receiver receiver) {
            throw new UnsupportedOperationException("a whole adapter has no transport");
        }
    }
}
