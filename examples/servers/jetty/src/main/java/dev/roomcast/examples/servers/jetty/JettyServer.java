package dev.roomcast.examples.servers.jetty;

import dev.roomcast.examples.servers.chat.Chat;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The chat on an embedded Jetty: {@code /chat/{room}/{user}/{id}}, {@code /health} and a page. */
public final class JettyServer {

    private JettyServer() {}

    /**
     * Serves on the port that the environment variable {@code PORT} names.
     *
     * @param args none
     * @throws Exception if the server does not start
     */
    public static void main(String... args) throws Exception {
        Chat chat = new Chat();
        Server jetty = new Server(Chat.port());
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new Page(chat)), "/");
        JakartaWebSocketServletContainerInitializer.configure(context, (servlets, container) -> {
            // A client that says nothing for 30 s is otherwise disconnected.
            container.setDefaultMaxSessionIdleTimeout(0);
            container.addEndpoint(endpoint(chat));
        });
        jetty.setHandler(context);
        jetty.start();
        chat.serving(((ServerConnector) jetty.getConnectors()[0]).getLocalPort(), jetty::stop);
    }

    private static ServerEndpointConfig endpoint(Chat chat) {
        return ServerEndpointConfig.Builder.create(ChatEndpoint.class, ChatEndpoint.PATH)
                .configurator(new ServerEndpointConfig.Configurator() {
                    @Override
                    public <T> T getEndpointInstance(Class<T> type) {
                        return type.cast(new ChatEndpoint(chat));
                    }
                })
                .build();
    }

    /** The page and the probe. */
    private static final class Page extends HttpServlet {

        private static final long serialVersionUID = 1;

        private final transient Chat chat;

        Page(Chat chat) {
            this.chat = chat;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            boolean health = request.getServletPath().equals("/health");
            response.setStatus(!health || chat.isServing() ? 200 : 503);
            response.setContentType(health ? "text/plain" : "text/html");
            response.getWriter().write(health ? chat.health() : chat.page());
        }
    }
}
