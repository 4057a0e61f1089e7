package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.testredis.Patience;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The nodes and clients of one test, which end with it. */
final class Nodes implements AutoCloseable {
    static final Duration PATIENCE = Patience.LIMIT;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String bus = "test-" + UUID.randomUUID();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Starts a node that is joined with the others of this test, in memory. */
    PortfolioServer joined(String name) {
        return start(name, Map.of("roomcast.memory.bus", bus));
    }

    /** Starts a node that is alone. */
    PortfolioServer lone(String name) {
        return start(name, Map.of());
    }

    private PortfolioServer start(String name, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(more);
        config.put("roomcast.adapter", "memory");
        config.put("roomcast.node.name", name);
        return owned(PortfolioServer.start(AdapterConfig.of(config), 0));
    }

    static String url(PortfolioServer server) {
        return "http://localhost:" + server.port();
    }

    static URI webSocket(String url) {
        return URI.create(url.replaceFirst("http", "ws") + "/ws");
    }

    /** Connects a client, which says nothing yet. */
    CheckClient connect(String url) throws Exception {
        return owned(CheckClient.connect(http, webSocket(url), PATIENCE));
    }

    /** Connects a client that is subscribed when this returns. */
    CheckClient subscribe(String url, String user) throws Exception {
        CheckClient client = connect(url);
        client.send(Json.object()
                .put("event", "hello")
                .put("sessionID", "s-" + user)
                .put("userId", user));
        client.send("subscribe:portfolio");
        client.await("subscribed:portfolio", PATIENCE).orElseThrow();
        return client;
    }

    HttpResponse<String> get(String url, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpClient http() {
        return http;
    }

    <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the test does not close", e);
            }
        }
    }
}
