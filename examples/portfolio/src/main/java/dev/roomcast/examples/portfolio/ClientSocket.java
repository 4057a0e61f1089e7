package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Connection.Closer;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.adapter.QueuedConnection;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/**
 * The way out to one client.
 *
 * <p>Jetty's {@code sendText} queues a whole message and returns, but its queue has no bound, and Javalin's
 * {@code WsContext.send} does not tell when a message has left. So the session is used directly, behind a queue with a bound.
 */
final class ClientSocket {
    private static final int MOST_BYTES_WAITING = 1024 * 1024;

    private ClientSocket() {}

    /** A client that does not read, or has missed a packet, is not left to believe otherwise: it has to connect again. */
    static QueuedConnection open(String id, Session session) {
        return Connection.queued(
                id,
                (packet, sent) -> session.sendText(packet.text(), Callback.from(() -> sent.done(null), sent::done)),
                Closer.closeThenCut(
                        why -> session.close(why.closeCode(), why.text(), Callback.NOOP), session::disconnect),
                QueueLimit.bytes(MOST_BYTES_WAITING).thenDisconnect());
    }
}
