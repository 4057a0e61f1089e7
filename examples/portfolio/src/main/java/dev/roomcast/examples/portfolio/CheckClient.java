package dev.roomcast.examples.portfolio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A client of a {@link PortfolioServer}, with what a browser has.
 *
 * <p><i>Threading:</i> for one thread.
 */
final class CheckClient implements AutoCloseable {
    private final Inbox inbox;
    private final WebSocket socket;

    private CheckClient(Inbox inbox, WebSocket socket) {
        this.inbox = inbox;
        this.socket = socket;
    }

    static CheckClient connect(HttpClient http, URI uri, Duration limit) throws CheckFailed, InterruptedException {
        Inbox inbox = new Inbox();
        try {
            WebSocket socket = http.newWebSocketBuilder()
                    .connectTimeout(limit)
                    .buildAsync(uri, inbox)
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new CheckClient(inbox, socket);
        } catch (ExecutionException e) {
            throw new CheckFailed("cannot connect to " + uri + ": " + e.getCause());
        } catch (TimeoutException e) {
            throw new CheckFailed("cannot connect to " + uri + " within " + limit.toMillis() + " ms");
        }
    }

    CheckClient send(ObjectNode frame) {
        socket.sendText(frame.toString(), true).join();
        return this;
    }

    CheckClient send(String event) {
        return send(Json.object().put("event", event));
    }

    /** Returns the next frame of an event; others that come before it are dropped. Nothing if it does not come in time. */
    Optional<Received> await(String event, Duration limit) throws InterruptedException {
        return await(frame -> event.equals(frame.path("event").textValue()), limit);
    }

    /** Returns the next frame that is wanted; others that come before it are dropped. Nothing if it does not come in time. */
    Optional<Received> await(Predicate<ObjectNode> wanted, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Received received = inbox.frames.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (received == null) {
                return Optional.empty();
            }
            if (wanted.test(received.frame())) {
                return Optional.of(received);
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    /**
     * A frame.
     *
     * @param frame what it says
     * @param nanoTime when it came
     */
    record Received(ObjectNode frame, long nanoTime) {}

    /** Why the check failed, for people. */
    static final class CheckFailed extends Exception {
        private static final long serialVersionUID = 1L;

        CheckFailed(String message) {
            super(message);
        }
    }

    private static final class Inbox implements WebSocket.Listener {
        private final BlockingQueue<Received> frames = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                long now = System.nanoTime();
                Json.parse(partial.toString()).ifPresent(frame -> frames.add(new Received(frame, now)));
                partial.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }
    }
}
