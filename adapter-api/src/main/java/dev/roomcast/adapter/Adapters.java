package dev.roomcast.adapter;

import dev.roomcast.adapter.engine.Engine;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * Opens adapters, as the configuration says: {@code roomcast.adapter} names the backend, or is {@code auto}.
 *
 * <p>{@code auto}, the default, is the backend whose broker is configured (Redis where {@code REDIS_URL} is set),
 * unless {@code NODE_ENV} or {@code APP_ENV} is {@code dev}, {@code develop}, {@code development}, {@code local},
 * {@code test} or {@code testing}, in any case of letters; otherwise it is memory, in single-instance mode. The choice
 * and its reason are logged in one line, and are the {@linkplain Health#reason() reason} of the node's health while it
 * is UP. If a broker is configured but not used, the first words of that reason say so, and the line is a warning.
 *
 * <p>Backends are found by {@link ServiceLoader}: it is enough that {@code roomcast-adapter-memory} or
 * {@code roomcast-adapter-redis} is on the class path or the module path.
 */
public final class Adapters {

    private Adapters() {}

    /**
     * Opens the adapter of the one namespace that {@code roomcast.namespace} names ({@code /} by default), with
     * connections of its own. Never waits for the network.
     *
     * @param config where the configuration comes from
     * @return the adapter, whose {@code close()} closes its connections too
     * @throws IllegalArgumentException if the configuration is bad, naming key, value and what is accepted
     * @throws IllegalStateException if the backend that it names is not on the class path
     */
    public static Adapter open(AdapterConfig config) {
        return limited(Engine.open(config.sources(), providers())).openOnly();
    }

    /**
     * Opens a backend. Any number of namespaces can be opened on its connections. Never waits for the network.
     *
     * @param config where the configuration comes from
     * @return the backend
     * @throws IllegalArgumentException if the configuration is bad, naming key, value and what is accepted
     * @throws IllegalStateException if the backend that it names is not on the class path
     */
    public static Backend connect(AdapterConfig config) {
        return limited(Engine.open(config.sources(), providers()));
    }

    /**
     * Opens a backend with a given provider, whatever {@code roomcast.adapter} says.
     *
     * @param config where the configuration comes from
     * @param provider opens the transport
     * @return the backend
     * @throws IllegalArgumentException if the configuration is bad, naming key, value and what is accepted
     */
    public static Backend connect(AdapterConfig config, TransportProvider provider) {
        Objects.requireNonNull(provider, "provider");
        return limited(Engine.open(config.sources(), providers(), provider));
    }

    /**
     * Everything that can be configured here: the options of the engine, and of each backend on the class path. For
     * documentation, and for frameworks that check their own properties.
     *
     * @return the options, immutable
     */
    public static List<Option<?>> options() {
        return List.copyOf(Engine.options(providers()));
    }

    /** The queues belong to no backend: the limit in one configuration holds for all queues. */
    private static Engine limited(Engine engine) {
        engine.mostQueuedBytes().ifPresent(QueueMemory.SHARED::limit);
        return engine;
    }

    /**
     * The context loader may not see our classes (OSGi, some servlet containers), and ours may not see the
     * application's.
     */
    private static List<TransportProvider> providers() {
        Map<String, TransportProvider> byName = new LinkedHashMap<>();
        ServiceLoader.load(TransportProvider.class).forEach(p -> byName.putIfAbsent(p.name(), p));
        ServiceLoader.load(TransportProvider.class, Adapters.class.getClassLoader())
                .forEach(p -> byName.putIfAbsent(p.name(), p));
        return List.copyOf(byName.values());
    }
}
