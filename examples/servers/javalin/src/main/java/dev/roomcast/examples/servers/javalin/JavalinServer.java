package dev.roomcast.examples.servers.javalin;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Connection.Closer;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.examples.servers.chat.Chat;
import dev.roomcast.examples.servers.chat.Client;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsConnectContext;
import io.javalin.websocket.WsContext;
import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** The chat on Javalin: {@code /chat/{room}/{user}/{id}}, {@code /health} and a page. */
public final class JavalinServer {

    private static final String CLIENT = "client";
    private static final long LONGEST_MESSAGE = 64 * 1024;

    private JavalinServer() {}

    /**
     * Serves on the port that the environment variable {@code PORT} names.
     *
     * @param args none
     */
    public static void main(String... args) {
        Chat chat = new Chat();
        Javalin javalin = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.modifyWebSocketServletFactory(
                            factory -> factory.setMaxTextMessageSize(LONGEST_MESSAGE));
                    config.routes.get("/", http -> http.html(chat.page()));
                    config.routes.get(
                            "/health",
                            http -> http.status(chat.isServing() ? 200 : 503).result(chat.health()));
                    config.routes.ws("/chat/{room}/{user}/{id}", ws -> handle(ws, chat));
                    config.routes.wsAfterUpgrade(JavalinServer::endHttpSession);
                })
                .start(Chat.port());
        chat.serving(javalin.port(), javalin::stop);
    }

    private static void handle(WsConfig ws, Chat chat) {
        ws.onConnect(socket -> {
            // Jetty closes a connection that is silent for 30 s, which a client that only listens is otherwise.
            socket.enableAutomaticPings();
            socket.attribute(CLIENT, opened(socket, chat));
        });
        ws.onMessage(socket -> chat.received(client(socket), socket.message()));
        ws.onClose(socket -> chat.gone(client(socket)));
    }

    /** Javalin makes one for each client, which Jetty keeps for good. */
    private static void endHttpSession(Context http) {
        HttpSession session = http.req().getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    private static Client opened(WsConnectContext socket, Chat chat) throws Exception {
        // Javalin's send does not tell when a packet is written; Jetty's does.
        Session session = socket.session;
        return chat.connected(
                Connection.queued(
                                socket.pathParam("id"),
                                (packet, sent) -> session.sendText(
                                        packet.text(), Callback.from(() -> sent.done(null), sent::done)),
                                Closer.closeThenCut(
                                        why -> session.close(why.closeCode(), why.text(), Callback.NOOP),
                                        session::disconnect),
                                QueueLimit.bytes(1024 * 1024).thenDisconnect())
                        .withUser(socket.pathParam("user")),
                socket.pathParam("room"));
    }

    private static Client client(WsContext socket) {
        return Objects.requireNonNull(socket.attribute(CLIENT), CLIENT);
    }
}
