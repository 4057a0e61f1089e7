package dev.roomcast.examples.servers.undertow;

import dev.roomcast.examples.servers.chat.Chat;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.PathTemplateMatch;
import java.net.InetSocketAddress;
import java.util.Map;

/** The chat on Undertow: {@code /chat/{room}/{user}/{id}}, {@code /health} and a page. */
public final class UndertowServer {

    private UndertowServer() {}

    /**
     * Serves on the port that the environment variable {@code PORT} names.
     *
     * @param args none
     */
    public static void main(String... args) {
        Chat chat = new Chat();
        Undertow undertow = Undertow.builder()
                .addHttpListener(Chat.port(), "0.0.0.0")
                .setHandler(Handlers.pathTemplate()
                        .add("/chat/{room}/{user}/{id}", Handlers.websocket((exchange, channel) -> {
                            Map<String, String> path = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY)
                                    .getParameters();
                            new ChatListener(chat)
                                    .opened(
                                            channel,
                                            path.getOrDefault("room", ""),
                                            path.getOrDefault("user", ""),
                                            path.getOrDefault("id", ""));
                        }))
                        .add("/health", exchange -> {
                            exchange.setStatusCode(chat.isServing() ? 200 : 503);
                            answer(exchange, "text/plain", chat.health());
                        })
                        .add("/", exchange -> answer(exchange, "text/html", chat.page())))
                .build();
        undertow.start();
        InetSocketAddress address =
                (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        chat.serving(address.getPort(), undertow::stop);
    }

    private static void answer(HttpServerExchange exchange, String type, String body) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        exchange.getResponseSender().send(body);
    }
}
