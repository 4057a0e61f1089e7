package dev.roomcast.examples.servers.netty;

import dev.roomcast.examples.servers.chat.Chat;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;

/** The page and the probe. */
final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final Chat chat;

    PageHandler(Chat chat) {
        this.chat = chat;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (request.uri().startsWith("/chat/")) {
            context.fireChannelRead(request.retain());
            return;
        }
        boolean health = request.uri().equals("/health");
        FullHttpResponse response = new DefaultFullHttpResponse(
                request.protocolVersion(),
                !health || chat.isServing() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                Unpooled.copiedBuffer(health ? chat.health() : chat.page(), StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, health ? "text/plain" : "text/html");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
