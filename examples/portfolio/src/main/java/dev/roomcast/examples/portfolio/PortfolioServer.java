package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.NodeInfo;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsConnectContext;
import io.javalin.websocket.WsContext;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server whose users see their portfolio live, on every device and whichever node it is connected to.
 *
 * <p>The adapter needs four lines: it is opened from the configuration (here), a client that says hello is added, joins its
 * room and has its updates broadcast, and is removed when its socket closes ({@link Client}). Whether there is one node or
 * many, configuration decides: with {@code REDIS_URL} set, all nodes on that Redis are one.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class PortfolioServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PortfolioServer.class);

    private static final String PORT = "PORT";
    private static final int DEFAULT_PORT = 3000;
    private static final int HIGHEST_PORT = 65535;

    /** Well below what an adapter accepts for a packet, since a frame is wrapped before it is broadcast. */
    static final int LONGEST_FRAME_BYTES = 64 * 1024;

    private static final String CLIENT = "client";

    private static final int DRAINED_PER_SECOND = 1000;
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(8);

    private final Adapter adapter;
    private final RoomCensus census;
    private final HealthReport health;
    private final Javalin javalin;

    private PortfolioServer(Adapter adapter, int port) {
        this.adapter = adapter;
        this.census = new RoomCensus(adapter);
        this.health = new HealthReport(adapter, census);
        adapter.onRoomEvent(new RoomEvents(adapter));
        this.javalin = Javalin.create(this::configure).start(port);
    }

    /**
     * Runs a node on the port that the environment variable {@code PORT} names, as platforms set it: 3000 by default, 0 for
     * any free one. The adapter is configured as {@link AdapterConfig#fromEnvironment()} says.
     *
     * @param args none
     */
    public static void main(String... args) {
        PortfolioServer server =
                start(AdapterConfig.fromEnvironment(), port(System.getenv().getOrDefault(PORT, "")));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "portfolio-shutdown"));
    }

    /**
     * Starts a node.
     *
     * @param config of its adapter
     * @param port to listen on; 0 for any free one
     * @return the running server; its adapter may still be on its way to the cluster, which {@code /ready} tells
     * @throws IllegalArgumentException if the configuration is bad
     */
    public static PortfolioServer start(AdapterConfig config, int port) {
        Adapter adapter = Adapters.open(config);
        try {
            PortfolioServer server = new PortfolioServer(adapter, port);
            log.info(
                    "WebSocket server initialized: ws://localhost:{}/ws, {}, node {}",
                    server.port(),
                    adapter.health().adapter(),
                    server.node().name());
            return server;
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    static int port(String value) {
        try {
            int port = value.isBlank() ? DEFAULT_PORT : Integer.parseInt(value.strip());
            if (port >= 0 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new IllegalArgumentException(PORT + "=" + value + " is not accepted: expected a whole number from 0 to "
                + HIGHEST_PORT + " (0 for any free port)");
    }

    /**
     * Tells where the server listens.
     *
     * @return the port
     */
    public int port() {
        return javalin.port();
    }

    /**
     * Tells which node this is.
     *
     * @return its name and incarnation
     */
    public NodeInfo node() {
        return adapter.cluster().self();
    }

    /** Closes the clients' connections, and leaves the cluster. Idempotent. */
    @Override
    public void close() {
        try {
            drain();
            javalin.stop();
        } finally {
            adapter.close();
        }
    }

    /** So that load goes elsewhere, and the clients with it, before this node stops to listen. */
    private void drain() {
        if (adapter.health().status() == Health.Status.CLOSED) {
            return;
        }
        // The server cuts off those that are left.
        adapter.drain(DRAINED_PER_SECOND, new DisconnectReason(Kind.GOING_AWAY, "the server stops"))
                .toCompletableFuture()
                .completeOnTimeout(null, LONGEST_DRAIN.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private void configure(JavalinConfig config) {
        String page = page();
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.jetty.modifyWebSocketServletFactory(PortfolioServer::limit);
        config.routes.ws("/ws", this::handle);
        config.routes.wsAfterUpgrade(PortfolioServer::endHttpSession);
        config.routes.get("/", http -> http.html(page));
        config.routes.get("/live", http -> http.result("live"));
        config.routes.get("/ready", http -> answer(http, health.readiness()));
        config.routes.get("/health", this::answerHealth);
        config.routes.get("/health/redis", this::answerHealth);
    }

    /** A longer message ends its connection with status 1009, as soon as the limit is passed. */
    private static void limit(JettyWebSocketServletFactory factory) {
        factory.setMaxTextMessageSize(LONGEST_FRAME_BYTES);
        factory.setMaxBinaryMessageSize(LONGEST_FRAME_BYTES);
    }

    /** Javalin makes one for each client, which Jetty keeps for good. */
    private static void endHttpSession(Context http) {
        HttpSession session = http.req().getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    private void handle(WsConfig ws) {
        ws.onConnect(this::connected);
        ws.onMessage(socket -> client(socket).received(socket.message()));
        ws.onBinaryMessage(socket -> client(socket).receivedBinary());
        ws.onClose(socket -> client(socket).gone());
    }

    private void connected(WsConnectContext socket) {
        // Jetty closes a connection that is silent for 30 s, which a client that only listens is otherwise.
        socket.enableAutomaticPings();
        socket.attribute(CLIENT, new Client(adapter, census, ClientSocket.open(socket.sessionId(), socket.session)));
    }

    private static Client client(WsContext socket) {
        return Objects.requireNonNull(socket.attribute(CLIENT), CLIENT);
    }

    private void answerHealth(Context http) {
        // Asynchronous, as the stage completes on a thread of the adapter and an HTTP answer may block.
        http.future(() ->
                health.health().thenAcceptAsync(answer -> answer(http, answer)).toCompletableFuture());
    }

    private static void answer(Context http, HealthReport.Answer answer) {
        http.status(answer.status())
                .header("Cache-Control", "no-store")
                .contentType("application/json")
                .result(answer.body().toString());
    }

    private static String page() {
        try (InputStream in = Objects.requireNonNull(PortfolioServer.class.getResourceAsStream("index.html"), "page")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The page cannot be read", e);
        }
    }
}
