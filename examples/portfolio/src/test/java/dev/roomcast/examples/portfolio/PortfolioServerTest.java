package dev.roomcast.examples.portfolio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.Ports;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortfolioServerTest {
    private static final Duration PATIENCE = Nodes.PATIENCE;

    private final Nodes nodes = new Nodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void helloIsAnsweredWithTheNode() throws Exception {
        PortfolioServer server = nodes.lone("alpha");

        CheckClient client = nodes.connect(Nodes.url(server));
        client.send(hello("alice").put("sessionID", "tab-1"));

        ObjectNode answer = client.await("hello", PATIENCE).orElseThrow().frame();
        assertEquals("alpha", answer.path("node").asText());
        assertEquals(server.node().incarnation(), answer.path("incarnation").asText());
        assertEquals("tab-1", answer.path("sessionID").asText());
    }

    @Test
    void updateReachesTheUsersClientsOnAllNodesAndNobodyElse() throws Exception {
        String first = Nodes.url(nodes.joined("alpha"));
        String second = Nodes.url(nodes.joined("beta"));
        CheckClient alice = nodes.subscribe(first, "alice");
        CheckClient aliceElsewhere = nodes.subscribe(second, "alice");
        CheckClient bob = nodes.subscribe(second, "bob");

        alice.send(update("from alice"));
        bob.send(update("from bob"));

        for (CheckClient client : new CheckClient[] {alice, aliceElsewhere}) {
            ObjectNode frame =
                    client.await("portfolio:update", PATIENCE).orElseThrow().frame();
            assertEquals("from alice", frame.path("data").path("value").asText());
            assertEquals("alpha", frame.path("from").asText());
        }
        ObjectNode bobs = bob.await("portfolio:update", PATIENCE).orElseThrow().frame();
        assertEquals("from bob", bobs.path("data").path("value").asText());
    }

    @Test
    void membersOfARoomHearWhoComesAndGoes() throws Exception {
        String url = Nodes.url(nodes.lone("alpha"));
        CheckClient first = nodes.subscribe(url, "alice");
        CheckClient second = nodes.subscribe(url, "alice");

        ObjectNode joined = roomEvent(first, "joined", 2);
        assertEquals("portfolio:alice", joined.path("room").asText());
        assertEquals("alice", joined.path("member").path("userId").asText());
        assertEquals(2, joined.path("members").size());

        second.close();
        assertEquals(1, roomEvent(first, "left", 1).path("members").size());
    }

    @Test
    void roomsOfAllNodesAreTold() throws Exception {
        String first = Nodes.url(nodes.joined("alpha"));
        String second = Nodes.url(nodes.joined("beta"));
        nodes.subscribe(first, "alice");
        CheckClient bob = nodes.subscribe(second, "bob");

        bob.send("rooms");

        ObjectNode rooms = bob.await("rooms", PATIENCE).orElseThrow().frame();
        assertEquals(
                "[\"portfolio:alice\",\"portfolio:bob\"]", rooms.path("rooms").toString());
        assertTrue(rooms.path("missing").isEmpty());
    }

    @Test
    void healthCountsTheRoomsOfAllNodes() throws Exception {
        String first = Nodes.url(nodes.joined("alpha"));
        String second = Nodes.url(nodes.joined("beta"));
        nodes.subscribe(first, "alice");
        nodes.subscribe(second, "alice");
        nodes.subscribe(second, "bob");

        for (String path : new String[] {"/health", "/health/redis"}) {
            HttpResponse<String> answer = nodes.get(first, path);
            ObjectNode body = Json.parse(answer.body()).orElseThrow();
            assertEquals(200, answer.statusCode());
            assertEquals("healthy", body.path("status").asText());
            assertEquals("MemoryAdapter", body.path("adapter").asText());
            assertEquals(2, body.path("roomCount").asInt());
            assertFalse(body.has("missing"));
            Instant.parse(body.path("timestamp").asText());
        }
    }

    @Test
    void livenessAndReadinessAreTold() throws Exception {
        String url = Nodes.url(nodes.lone("alpha"));

        assertEquals(200, nodes.get(url, "/live").statusCode());
        assertEquals(200, nodes.get(url, "/ready").statusCode());
    }

    @Test
    void pageIsServed() throws Exception {
        HttpResponse<String> page = nodes.get(Nodes.url(nodes.lone("alpha")), "/");

        assertEquals(200, page.statusCode());
        assertTrue(page.headers().firstValue("content-type").orElseThrow().startsWith("text/html"));
        assertTrue(page.body().contains("Send update"));
    }

    @Test
    void clientThatDoesNotReadIsClosedAndHoldsUpNobody() throws Exception {
        String url = Nodes.url(nodes.lone("alpha"));
        CheckClient reader = nodes.subscribe(url, "alice");
        WebSocket slow = deaf(url);
        slow.sendText(hello("alice").put("sessionID", "slow").toString(), true).join();
        slow.sendText("{\"event\":\"subscribe:portfolio\"}", true).join();
        roomEvent(reader, "joined", 2);

        String large = "x".repeat(PortfolioServer.LONGEST_FRAME_BYTES / 2);
        long deadline = Patience.deadline();
        boolean removed = false;
        for (int i = 0; !removed && System.nanoTime() < deadline; i++) {
            String mark = i + ":" + large;
            reader.send(update(mark));
            // Whatever the other one does, the reader's own update comes.
            removed = reader.await(frame -> isLeft(frame) || isUpdate(frame, mark), PATIENCE)
                    .map(received -> isLeft(received.frame()))
                    .orElseThrow();
        }
        assertTrue(removed, "the client that does not read is still a member");
        slow.abort();
    }

    @Test
    void portIsRead() {
        assertEquals(3000, PortfolioServer.port(""));
        assertEquals(8080, PortfolioServer.port(" 8080 "));
        assertEquals(0, PortfolioServer.port("0"));
        for (String bad : new String[] {"http", "-1", "65536"}) {
            String message = assertThrows(IllegalArgumentException.class, () -> PortfolioServer.port(bad))
                    .getMessage();
            assertTrue(message.startsWith("PORT=" + bad + " is not accepted"), message);
        }
    }

    @Test
    void portOfTheEnvironmentIsHonoured() throws Exception {
        int port = Ports.free();
        ProcessBuilder builder = NodeProcess.java(PortfolioServer.class).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PORT", Integer.toString(port), "ROOMCAST_ADAPTER", "memory"));
        Process process = builder.start();
        nodes.owned(process::destroyForcibly);

        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> process.inputReader()
                .lines()
                .filter(text -> text.contains("WebSocket server initialized"))
                .findFirst()
                .orElse("(no such line)"));
        String said = line.get(Patience.SECONDS, TimeUnit.SECONDS);
        assertTrue(said.contains(":" + port + "/ws") && said.contains("MemoryAdapter"), said);
        assertEquals(200, nodes.get("http://localhost:" + port, "/live").statusCode());
    }

    private static ObjectNode hello(String user) {
        return Json.object().put("event", "hello").put("userId", user);
    }

    private static ObjectNode update(String value) {
        ObjectNode frame = Json.object().put("event", "portfolio:update");
        frame.putObject("data").put("value", value);
        return frame;
    }

    private static boolean isUpdate(ObjectNode frame, String value) {
        return frame.path("data").path("value").asText().equals(value);
    }

    private static boolean isLeft(ObjectNode frame) {
        return frame.path("type").asText().equals("left");
    }

    private static ObjectNode roomEvent(CheckClient client, String type, int members) throws InterruptedException {
        return client.await(
                        frame -> frame.path("type").asText().equals(type)
                                && frame.path("memberCount").asInt() == members,
                        PATIENCE)
                .orElseThrow()
                .frame();
    }

    /** A client that asks for no frame, so that its socket is read no further. */
    private WebSocket deaf(String url) {
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public void onOpen(WebSocket socket) {
                // The default would ask for a frame.
            }
        };
        return nodes.http()
                .newWebSocketBuilder()
                .buildAsync(Nodes.webSocket(url), listener)
                .join();
    }
}
