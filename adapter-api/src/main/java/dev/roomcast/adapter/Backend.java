package dev.roomcast.adapter;

/**
 * The connections to a broker, shared by the adapters of several namespaces. Made by
 * {@link Adapters#connect(AdapterConfig)}.
 *
 * <p><b>Threading.</b> May be used from any thread.
 */
public interface Backend extends AutoCloseable {

    /**
     * Opens this process's adapter of a namespace. Never waits for the network.
     *
     * @param namespace an isolated set of rooms; {@code /} is the usual name of the only one
     * @return the adapter; its {@code close()} closes that namespace alone
     * @throws IllegalArgumentException if the name is empty, malformed or longer than {@code roomcast.limit.name-bytes}
     * @throws IllegalStateException if the backend is closed, or the namespace is open already
     */
    Adapter open(String namespace);

    /**
     * Closes every adapter that is still open, and the connections. Idempotent; waits as {@link Adapter#close()} does.
     */
    @Override
    void close();
}
