package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.adapter.QueuedConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    private static final Duration PATIENCE_FOR_CLOSE = Duration.ofSeconds(2);

    private ClientSocket() {}

    /** A client that does not read, or has missed a packet, is not left to believe otherwise: it has to connect again. */
    static QueuedConnection open(String id, Session session) {
        return Connection.queued(
                id,
                (packet, sent) -> session.sendText(packet.text(), Callback.from(() -> sent.done(null), sent::done)),
                reason -> close(session, reason),
                QueueLimit.bytes(MOST_BYTES_WAITING).thenDisconnect());
    }

    /** Closes the socket, by force if the client does not take part. */
    private static void close(Session session, DisconnectReason reason) {
        session.close(reason.closeCode(), reason.text(), Callback.NOOP);
        // The close frame waits behind what the client has not read yet, perhaps for ever.
        CompletableFuture.delayedExecutor(PATIENCE_FOR_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(session::disconnect);
    }
}
