package dev.roomcast.examples.servers.netty;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Connection.Closer;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.examples.servers.chat.Chat;
import dev.roomcast.examples.servers.chat.Client;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One client's connection: its WebSocket, or its request for the page or the probe. */
final class ChatHandler extends SimpleChannelInboundHandler<Object> {

    private final Chat chat;
    private @Nullable Client client;

    ChatHandler(Chat chat) {
        this.chat = chat;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof HandshakeComplete handshake) {
            String[] path =
                    new QueryStringDecoder(handshake.requestUri()).path().split("/");
            opened(context.channel(), path[2], path[3], path[4]);
        }
    }

    private void opened(Channel channel, String room, String user, String id) throws Exception {
        client = chat.connected(
                Connection.queued(
                                id,
                                (packet, sent) -> channel.writeAndFlush(new TextWebSocketFrame(packet.text()))
                                        .addListener(written -> sent.done(written.cause())),
                                Closer.closeThenCut(
                                        why -> channel.writeAndFlush(
                                                new CloseWebSocketFrame(why.closeCode(), why.text())),
                                        channel::close),
                                QueueLimit.bytes(1024 * 1024).thenDisconnect())
                        .withUser(user),
                room);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
        if (message instanceof TextWebSocketFrame said && client != null) {
            chat.received(client, said.text());
        } else if (message instanceof FullHttpRequest request) {
            answer(context, request.uri().equals("/health"));
        }
    }

    private void answer(ChannelHandlerContext context, boolean health) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                !health || chat.isServing() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                Unpooled.copiedBuffer(health ? chat.health() : chat.page(), StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, health ? "text/plain" : "text/html");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (client != null) {
            chat.gone(client);
        }
    }

    /** A client that is gone without a close frame is nothing of note; without this method Netty logs it as a WARN. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable why) {
        if (why instanceof TooLongFrameException) {
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.MESSAGE_TOO_BIG))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            context.close();
        }
    }
}
