package dev.roomcast.adapter.spi;

import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * The checked configuration, as a transport reads it. Implemented by the engine.
 *
 * <p><b>Threading.</b> May be used from any thread.
 */
public interface Settings {

    /**
     * The value of an option that has a default.
     *
     * @param <T> its type
     * @param option one of {@link TransportProvider#options()}
     * @return the value, or the default
     * @throws IllegalArgumentException naming key, value and what is accepted, if the value is bad
     * @throws IllegalStateException if there is neither a value nor a default
     */
    <T> T get(Option<T> option);

    /**
     * The value of an option that may be absent.
     *
     * @param <T> its type
     * @param option one of {@link TransportProvider#options()}
     * @return the value that was configured, if any; never the default
     * @throws IllegalArgumentException naming key, value and what is accepted, if the value is bad
     */
    <T> Optional<T> find(Option<T> option);

    /**
     * Whether an option was configured. Its value is not looked at, so that one that another option overrides need not be acceptable.
     *
     * @param option one of {@link TransportProvider#options()}
     * @return whether {@link #find} would return a value, or refuse it
     */
    boolean isSet(Option<?> option);

    /**
     * The label of this node.
     *
     * @return {@code roomcast.node.name}
     */
    String nodeName();

    /**
     * Makes the threads of a transport: named after node and role, and daemons, so that they never keep a process alive.
     *
     * @param role what the thread does, in a word
     * @return a factory
     */
    ThreadFactory threads(String role);
}
