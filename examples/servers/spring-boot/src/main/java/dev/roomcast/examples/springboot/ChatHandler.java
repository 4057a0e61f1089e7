package dev.roomcast.examples.springboot;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.examples.servers.chat.Chat;
import dev.roomcast.examples.servers.chat.Client;
import jakarta.websocket.Session;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Hands what clients do over to the chat. */
final class ChatHandler extends TextWebSocketHandler {

    static final String PATH = "/chat/{room}/{user}/{id}";
    static final int LONGEST_MESSAGE = 64 * 1024;

    private static final long MILLIS_FOR_CLOSE_FRAME = 2_000;
    private static final String CLIENT = "client";

    private final Chat chat;

    ChatHandler(Chat chat) {
        this.chat = chat;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) throws Exception {
        String[] path = session.getUri().getPath().split("/");
        session.getAttributes().put(CLIENT, opened(session, path[2], path[3], path[4]));
    }

    private Client opened(WebSocketSession session, String room, String user, String id) throws Exception {
        // Spring's session blocks in sendMessage; that of the server below does not.
        Session server = ((NativeWebSocketSession) session).getNativeSession(Session.class);
        // Within which a client that is too slow reads what is before its close frame; else 50 ms.
        server.getUserProperties()
                .put("org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT", MILLIS_FOR_CLOSE_FRAME);
        return chat.connected(
                Connection.queued(
                                id,
                                (packet, sent) -> server.getAsyncRemote()
                                        .sendText(packet.text(), result -> sent.done(result.getException())),
                                why -> session.close(new CloseStatus(why.closeCode(), why.text())),
                                QueueLimit.bytes(1024 * 1024).thenDisconnect())
                        .withUser(user),
                room);
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        if (session.getAttributes().get(CLIENT) instanceof Client client) {
            chat.received(client, message.getPayload());
        }
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        if (session.getAttributes().get(CLIENT) instanceof Client client) {
            chat.gone(client);
        }
    }
}
