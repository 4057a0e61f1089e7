package dev.roomcast.examples.servers.undertow;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Connection.Closer;
import dev.roomcast.adapter.Connection.Sent;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.examples.servers.chat.Chat;
import dev.roomcast.examples.servers.chat.Client;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** One client's connection. */
final class ChatListener extends AbstractReceiveListener {

    private static final long LONGEST_MESSAGE = 64 * 1024;

    private final Chat chat;
    private volatile @Nullable Client client;

    ChatListener(Chat chat) {
        this.chat = chat;
    }

    void opened(WebSocketChannel channel, String room, String user, String id) {
        Client opened;
        try {
            opened = chat.connected(
                    Connection.queued(
                                    id,
                                    (packet, sent) -> WebSockets.sendText(packet.text(), channel, callback(sent)),
                                    Closer.closeThenCut(
                                            why -> WebSockets.sendClose(why.closeCode(), why.text(), channel, null),
                                            () -> IoUtils.safeClose(channel)),
                                    QueueLimit.bytes(1024 * 1024).thenDisconnect())
                            .withUser(user),
                    room);
        } catch (Exception e) {
            IoUtils.safeClose(channel);
            return;
        }
        client = opened;
        channel.addCloseTask(closed -> chat.gone(opened));
        channel.getReceiveSetter().set(this);
        channel.resumeReceives();
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
        if (client != null) {
            chat.received(client, message.getData());
        }
    }

    @Override
    protected long getMaxTextBufferSize() {
        return LONGEST_MESSAGE;
    }

    private static WebSocketCallback<Void> callback(Sent sent) {
        return new WebSocketCallback<>() {
            @Override
            public void complete(WebSocketChannel channel, Void nothing) {
                sent.done(null);
            }

            @Override
            public void onError(WebSocketChannel channel, Void nothing, Throwable failure) {
                sent.done(failure);
            }
        };
    }
}
