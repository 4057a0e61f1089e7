package dev.roomcast.adapter.spi;

import java.util.List;
import java.util.Optional;

/**
 * Opens transports of one kind. Found by {@link java.util.ServiceLoader} on the class path and on the module path, and chosen by
 * {@code roomcast.adapter=<name>}.
 */
public interface TransportProvider {

    /**
     * The name by which configuration chooses it, in lower case: {@code redis}, {@code memory}.
     *
     * @return letters, digits and {@code -}
     */
    String name();

    /**
     * The options that it reads: by them the configuration is checked, secrets are redacted and the documentation is made.
     *
     * @return its options; keys begin with {@code roomcast.<name>.}
     */
    default List<Option<?>> options() {
        return List.of();
    }

    /**
     * Whether {@code roomcast.adapter=auto} should choose this transport: the configuration names a broker of its kind.
     *
     * @param settings the checked configuration
     * @return the reason, for people, if it should be chosen: {@code REDIS_URL is set}
     */
    default Optional<String> detect(Settings settings) {
        return Optional.empty();
    }

    /**
     * Opens a transport. Returns at once: what needs the network happens later, on threads of the transport.
     *
     * @param settings the checked configuration
     * @param receiver is called by the transport; calls may begin before this method returns
     * @return the transport
     * @throws IllegalArgumentException if settings that are valid one by one do not fit together
     */
    Transport open(Settings settings, Receiver receiver);
}
