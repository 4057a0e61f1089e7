package dev.roomcast.examples.servers.tomcat;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.examples.servers.chat.Chat;
import dev.roomcast.examples.servers.chat.Client;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import org.apache.tomcat.websocket.Constants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection. */
@ServerEndpoint(ChatEndpoint.PATH)
public final class ChatEndpoint {

    static final String PATH = "/chat/{room}/{user}/{id}";

    private static final long MILLIS_FOR_CLOSE_FRAME = 2_000;
    private static final Logger log = LoggerFactory.getLogger(ChatEndpoint.class);

    private final Chat chat;
    private volatile @Nullable Client client;

    ChatEndpoint(Chat chat) {
        this.chat = chat;
    }

    @OnOpen
    public void opened(
            Session session, @PathParam("room") String room, @PathParam("user") String user, @PathParam("id") String id)
            throws Exception {
        // Within which a client that is too slow reads what is before its close frame; else 50 ms.
        session.getUserProperties().put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, MILLIS_FOR_CLOSE_FRAME);
        client = chat.connected(
                Connection.queued(
                                id,
                                (packet, sent) -> session.getAsyncRemote()
                                        .sendText(packet.text(), result -> sent.done(result.getException())),
                                why -> session.close(
                                        new CloseReason(CloseCodes.getCloseCode(why.closeCode()), why.text())),
                                QueueLimit.bytes(1024 * 1024).thenDisconnect())
                        .withUser(user),
                room);
    }

    @OnMessage
    public void said(String text) {
        if (client != null) {
            chat.received(client, text);
        }
    }

    /** A client that is gone without a close frame is nothing of note; without this method Tomcat logs it as SEVERE. */
    @OnError
    public void failed(Throwable why) {
        log.debug("a connection has failed", why);
    }

    @OnClose
    public void closed() {
        if (client != null) {
            chat.gone(client);
        }
    }
}
