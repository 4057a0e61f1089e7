package dev.roomcast.examples.springboot;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Joins each client to the room, and broadcasts what it says. */
final class ChatHandler extends TextWebSocketHandler {

    private static final String ROOM = "chat";
    private static final String MEMBER = "member";
    private static final int SEND_MILLIS = 5_000;
    private static final int BUFFERED_BYTES = 1 << 20;

    private final Adapter adapter;

    ChatHandler(Adapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        // Tomcat refuses overlapping sends.
        WebSocketSession client = new ConcurrentWebSocketSessionDecorator(session, SEND_MILLIS, BUFFERED_BYTES);
        Member member = adapter.add(
                Connection.of(session.getId(), packet -> send(client, packet.text()), why -> close(client, why)));
        session.getAttributes().put(MEMBER, member);
        adapter.join(member, ROOM).whenComplete((joined, failure) -> {
            if (failure == null) {
                send(client, "joined");
            } else {
                close(client, new DisconnectReason(Kind.FAILED, "not joined"));
            }
        });
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        adapter.broadcast(Target.room(ROOM), Packet.text(message.getPayload()));
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        if (session.getAttributes().get(MEMBER) instanceof Member member) {
            adapter.remove(member);
        }
    }

    private static void send(WebSocketSession client, String text) {
        try {
            client.sendMessage(new TextMessage(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(WebSocketSession client, DisconnectReason why) {
        try {
            client.close(new CloseStatus(why.closeCode(), why.text()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
