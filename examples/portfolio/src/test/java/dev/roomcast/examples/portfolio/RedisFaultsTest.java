package dev.roomcast.examples.portfolio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.roomcast.testredis.TestRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes and a Redis of their own, of which one after the other is frozen or killed. */
@Tag("full")
class RedisFaultsTest {
    private static final Duration PATIENCE = Nodes.PATIENCE;

    private static final Nodes ALL = new Nodes();
    private static final TestRedis REDIS = ALL.owned(TestRedis.start());
    private static NodeProcess first;
    private static NodeProcess second;

    private final Nodes nodes = new Nodes();

    @BeforeAll
    static void start() throws Exception {
        first = node("node-1", ALL);
        second = node("node-2", ALL);
        awaitReady(first);
        awaitReady(second);
    }

    @AfterAll
    static void end() {
        ALL.close();
    }

    private static NodeProcess node(String name, Nodes owner) {
        Map<String, String> environment = Map.of(
                "ROOMCAST_ADAPTER", "redis",
                "REDIS_URL", REDIS.url(),
                "ROOMCAST_HEARTBEAT_INTERVAL", "1s",
                // Until then a node that does not answer is missing, and afterwards gone.
                "ROOMCAST_HEARTBEAT_TIMEOUT", "10s");
        return owner.owned(NodeProcess.start(name, 0, environment, System.out));
    }

    private static void awaitReady(NodeProcess node) throws Exception {
        String url = node.url();
        Await.until("ready", PATIENCE, () -> ALL.get(url, "/ready").statusCode() == 200);
    }

    @BeforeEach
    void nothingIsLeftOfOtherTests() throws Exception {
        Await.until("no rooms, nobody missing", PATIENCE, () -> isComplete(0));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void frozenNodeIsNamedAndTheOtherStaysHealthy() throws Exception {
        signal("STOP", second);
        nodes.owned(() -> signal("CONT", second));

        Duration named = untilMissing("node-2");
        System.out.println("Frozen node named as missing after " + named.toMillis() + " ms");

        signal("CONT", second);
        Await.until("complete again", PATIENCE, () -> isComplete(0));
    }

    @Test
    void killedNodeIsNamedUntilItIsDeclaredDead() throws Exception {
        NodeProcess third = node("node-3", nodes);
        awaitReady(third);
        nodes.subscribe(third.url(), "carol");
        Await.until("its room is counted", PATIENCE, () -> isComplete(1));

        third.kill();

        Duration named = untilMissing("node-3");
        Duration complete = Await.until("complete without the dead node", PATIENCE, () -> isComplete(0));
        System.out.printf(
                "Killed node named as missing after %d ms, and declared dead %d ms later%n",
                named.toMillis(), complete.toMillis());
    }

    @Test
    void deliveryComesBackWithRedisAndNeverStopsLocally() throws Exception {
        CheckClient sender = nodes.subscribe(first.url(), "alice");
        CheckClient local = nodes.subscribe(first.url(), "alice");
        CheckClient remote = nodes.subscribe(second.url(), "alice");
        assertTrue(isDelivered("before", sender, remote, PATIENCE));

        REDIS.kill();
        Duration unhealthy = Await.until("unhealthy", PATIENCE, () -> {
            assertTrue(isDelivered("without Redis", sender, local, PATIENCE), "local delivery");
            return nodes.get(first.url(), "/health").statusCode() == 503;
        });
        assertTrue(isDelivered("without Redis", sender, local, PATIENCE), "local delivery");
        assertEquals(200, nodes.get(first.url(), "/live").statusCode());

        REDIS.restart();
        Duration back = Await.until("delivery between nodes", PATIENCE, () -> {
            assertTrue(isDelivered("local " + System.nanoTime(), sender, local, PATIENCE), "local delivery");
            return isDelivered("again " + System.nanoTime(), sender, remote, Duration.ofMillis(100));
        });
        Await.until("healthy", PATIENCE, () -> isComplete(1));
        System.out.printf(
                "Redis killed: unhealthy after %d ms; Redis back: delivery between nodes after %d ms%n",
                unhealthy.toMillis(), back.toMillis());
    }

    @Test
    void frozenRedisMakesUnhealthyAndItsThawHealthy() throws Exception {
        REDIS.freeze();
        nodes.owned(REDIS::thaw);
        Duration unhealthy = Await.until("unhealthy", PATIENCE, () -> {
            // That it answers at all, while Redis does not, is the point.
            HttpResponse<String> answer = nodes.get(first.url(), "/health/redis");
            return answer.statusCode() == 503
                    && Json.parse(answer.body())
                            .orElseThrow()
                            .path("status")
                            .asText()
                            .equals("unhealthy");
        });

        REDIS.thaw();
        Duration healthy = Await.until("healthy", PATIENCE, () -> isComplete(0));
        System.out.printf(
                "Redis frozen: unhealthy after %d ms; thawed: healthy after %d ms%n",
                unhealthy.toMillis(), healthy.toMillis());
    }

    @Test
    void refusedRoomLeavesTheNodeHealthyAndIsTheReason() throws Exception {
        nodes.subscribe(first.url(), "alice");
        nodes.owned(() -> tellRedis("ACL SETUSER default allchannels"));

        tellRedis("ACL SETUSER default resetchannels &roomcast._2F.all &roomcast._2F.node.* &roomcast._2F.user.*");

        Await.until("healthy, with a refused room", PATIENCE, () -> {
            HttpResponse<String> answer = nodes.get(first.url(), "/health");
            ObjectNode body = Json.parse(answer.body()).orElseThrow();
            return answer.statusCode() == 200 && body.path("reason").asText().contains("refuse");
        });
    }

    private static void tellRedis(String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", REDIS.port())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertEquals("+OK", answer.readLine());
        }
    }

    private Duration untilMissing(String name) throws Exception {
        return Await.until(name + " is missing", PATIENCE, () -> {
            HttpResponse<String> answer = nodes.get(first.url(), "/health");
            assertEquals(200, answer.statusCode(), answer.body());
            ObjectNode body = Json.parse(answer.body()).orElseThrow();
            assertEquals("healthy", body.path("status").asText());
            return body.path("missing").toString().equals("[\"" + name + "\"]");
        });
    }

    private boolean isComplete(int rooms) throws Exception {
        HttpResponse<String> answer = nodes.get(first.url(), "/health");
        ObjectNode body = Json.parse(answer.body()).orElseThrow();
        return answer.statusCode() == 200
                && !body.has("missing")
                && body.path("roomCount").asInt() == rooms;
    }

    private static boolean isDelivered(String value, CheckClient from, CheckClient to, Duration limit)
            throws InterruptedException {
        from.send(Json.object().put("event", "portfolio:update").put("data", value));
        return to.await(frame -> frame.path("data").asText().equals(value), limit)
                .isPresent();
    }

    private static void signal(String name, NodeProcess node) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(node.pid()))
                .inheritIO()
                .start();
        assertEquals(0, kill.waitFor());
    }
}
