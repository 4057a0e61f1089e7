package dev.roomcast.examples.servers.netty;

import dev.roomcast.examples.servers.chat.Chat;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The chat on Netty: {@code /chat/{room}/{user}/{id}}, {@code /health} and a page. */
public final class NettyServer {

    private static final int LONGEST_MESSAGE = 64 * 1024;
    private static final long SECONDS_FOR_CLOSING = 2;
    private static final WebSocketServerProtocolConfig PROTOCOL = WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/chat")
            .checkStartsWith(true)
            .maxFramePayloadLength(LONGEST_MESSAGE)
            // Else close() waits up to 10 s for a client to read a close frame of Netty's own.
            .sendCloseFrame(null)
            .build();

    private NettyServer() {}

    /**
     * Serves on the port that the environment variable {@code PORT} names.
     *
     * @param args none
     * @throws Exception if the server does not start
     */
    public static void main(String... args) throws Exception {
        Chat chat = new Chat();
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Channel listening = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        clients.add(client);
                        client.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(LONGEST_MESSAGE),
                                        new WebSocketServerProtocolHandler(PROTOCOL),
                                        new WebSocketFrameAggregator(LONGEST_MESSAGE),
                                        new ChatHandler(chat));
                    }
                })
                .bind(Chat.port())
                .sync()
                .channel();
        chat.serving(((InetSocketAddress) listening.localAddress()).getPort(), () -> {
            listening.close();
            // Netty drops what is not written yet when its threads end.
            clients.newCloseFuture().await(SECONDS_FOR_CLOSING, TimeUnit.SECONDS);
            threads.shutdownGracefully(0, SECONDS_FOR_CLOSING, TimeUnit.SECONDS).await();
        });
    }
}
