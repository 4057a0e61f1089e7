/**
 * The interface for authors of backends.
 *
 * <p>A backend is only a transport of bytes over channels: a {@link dev.roomcast.adapter.spi.TransportProvider},
 * found by {@link java.util.ServiceLoader}, opens a {@link dev.roomcast.adapter.spi.Transport}, which calls back a
 * {@link dev.roomcast.adapter.spi.Receiver} and, for each life of a subscribe connection, a {@link
 * dev.roomcast.adapter.spi.Link}. Rooms, members, encoding, batching, numbering, liveness and subscriptions that
 * survive a reconnect are the engine's, written once for all backends.
 *
 * <p>{@code Settings}, {@code Receiver}, {@code Link} and {@code Outgoing} are implemented by the engine, so they may
 * grow. {@code Transport} and {@code TransportProvider} are implemented outside: they grow by default methods only.
 */
@NullMarked
package dev.roomcast.adapter.spi;

import org.jspecify.annotations.NullMarked;
