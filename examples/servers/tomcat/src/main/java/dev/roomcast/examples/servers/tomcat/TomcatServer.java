package dev.roomcast.examples.servers.tomcat;

import dev.roomcast.examples.servers.chat.Chat;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** The chat on an embedded Tomcat: {@code /chat/{room}/{user}/{id}}, {@code /health} and a page. */
public final class TomcatServer {

    private static final int LONGEST_MESSAGE = 64 * 1024;

    private TomcatServer() {}

    /**
     * Serves on the port that the environment variable {@code PORT} names.
     *
     * @param args none
     * @throws Exception if the server does not start
     */
    public static void main(String... args) throws Exception {
        Chat chat = new Chat();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(Chat.port());
        // On Java 21 or later.
        tomcat.getConnector()
                .setProperty("useVirtualThreads", System.getenv().getOrDefault("VIRTUAL_THREADS", "false"));
        Context context = tomcat.addContext("", null);
        context.addServletContainerInitializer(new WsSci(), null);
        context.addServletContainerInitializer((classes, servlets) -> addEndpoint(servlets, chat), null);
        Tomcat.addServlet(context, "page", new Page(chat)).addMapping("/");
        tomcat.start();
        chat.serving(tomcat.getConnector().getLocalPort(), () -> {
            tomcat.stop();
            tomcat.destroy();
        });
    }

    private static void addEndpoint(ServletContext servlets, Chat chat) throws ServletException {
        ServerContainer container =
                (ServerContainer) Objects.requireNonNull(servlets.getAttribute(ServerContainer.class.getName()));
        // A message of more than 8 KB is otherwise refused with 1009.
        container.setDefaultMaxTextMessageBufferSize(LONGEST_MESSAGE);
        try {
            container.addEndpoint(ServerEndpointConfig.Builder.create(ChatEndpoint.class, ChatEndpoint.PATH)
                    .configurator(new ServerEndpointConfig.Configurator() {
                        @Override
                        public <T> T getEndpointInstance(Class<T> type) {
                            return type.cast(new ChatEndpoint(chat));
                        }
                    })
                    .build());
        } catch (DeploymentException e) {
            throw new ServletException(e);
        }
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
