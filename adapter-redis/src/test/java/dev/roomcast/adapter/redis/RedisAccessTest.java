package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.NOT_SENT;
import static dev.roomcast.adapter.redis.Recording.What.REFUSED;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNAVAILABLE;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestRedis;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passwords, users and what they may do. */
@Timeout(600)
class RedisAccessTest {

    private static final String PASSWORD = "p@ss:w/rd %+#";
    private static final String ENCODED = "p%40ss%3Aw%2Frd%20%25+%23";

    private static @org.jspecify.annotations.Nullable TestRedis started;

    @BeforeAll
    static void start() {
        started = TestRedis.start(
                "--user",
                "default",
                "on",
                ">" + PASSWORD,
                "~*",
                "&*",
                "+@all",
                "--user",
                "alice",
                "on",
                ">" + PASSWORD,
                "resetchannels",
                "&p.*",
                "-@all",
                "+publish",
                "+subscribe",
                "+unsubscribe");
    }

    @AfterAll
    static void stop() {
        redis().close();
    }

    private static TestRedis redis() {
        return Objects.requireNonNull(started);
    }

    private static String url(String user) {
        return "redis://" + user + "127.0.0.1:" + redis().port();
    }

    @Test
    void aPasswordInTheUrlIsDecoded() throws Exception {
        try (Opened node = Opened.at(url(":" + ENCODED + "@")).whenUp()) {
            node.subscribe("room");
        }
    }

    @Test
    void theDefaultUserMayBeNamed() throws Exception {
        try (Opened node = Opened.at(url("default:" + ENCODED + "@") + "/3").whenUp()) {
            node.subscribe("room");
        }
    }

    @Test
    void aPasswordMayBeAValueOfItsOwn() throws Exception {
        Map<String, String> values = Map.of(
                "roomcast.redis.host",
                "127.0.0.1",
                "roomcast.redis.port",
                String.valueOf(redis().port()),
                "roomcast.redis.username",
                "alice",
                "roomcast.redis.password",
                PASSWORD);
        try (Opened node = Opened.with(values).whenUp()) {
            node.subscribe("p.room");
        }
    }

    @Test
    void aWrongPasswordIsNamedAndNotShown() throws Exception {
        try (Opened node = Opened.at(url(":wrong-secret@"))) {
            Throwable why =
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why());
            String message = String.valueOf(why.getMessage());
            assertTrue(
                    message.startsWith("Redis at redis://127.0.0.1:" + redis().port()
                            + " refused the user or the password" + " (WRONGPASS"),
                    message);
            assertTrue(message.contains("REDIS_PASSWORD"), message);
            StringWriter trace = new StringWriter();
            why.printStackTrace(new PrintWriter(trace));
            assertFalse(trace.toString().contains("wrong-secret"), trace.toString());
        }
    }

    @Test
    void aMissingPasswordIsNamed() throws Exception {
        try (Opened node = Opened.at(url(""))) {
            String message = String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
            assertTrue(message.contains("asks for a password (NOAUTH"), message);
            assertTrue(message.contains("Set roomcast.redis.password (REDIS_PASSWORD)"), message);
        }
    }

    /** Alice may not even PING or name her connection; that an error comes back is sign of life enough. */
    @Test
    void aRefusedChannelDoesNotDisturbTheOthers() throws Exception {
        List<String> channels = IntStream.range(0, 500)
                .mapToObj(i -> (i == 17 || i == 18 || i == 499 ? "forbidden." : "p.") + i)
                .toList();
        try (Opened node = Opened.at(url("alice:" + ENCODED + "@"), "roomcast.redis.ping-interval", "20ms")
                .whenUp()) {
            node.transport().subscribe(channels);
            node.transport().subscribe(List.of("p.a", "no", "p.b"));
            node.transport().subscribe(List.of("alone"));
            node.subscribe("p.last");

            assertEquals(
                    List.of("forbidden.17", "forbidden.18", "forbidden.499", "no", "alone"),
                    node.said().all(REFUSED).stream()
                            .map(Recording.Event::subject)
                            .toList());
            assertEquals(497 + 2 + 1, node.said().all(SUBSCRIBED).size());
            node.publish("p.b", "still in step");
            assertEquals("still in step", node.said().await(FRAME, "p.b").text());
            assertEquals(1, node.said().all(LINK_UP).size());
            assertEquals(0, node.said().all(LINK_DOWN).size());
            assertEquals(0, node.said().all(UNAVAILABLE).size());
        }
    }

    @Test
    void aRefusedPublishIsNotSentAndDisturbsNothing() throws Exception {
        try (Opened node = Opened.at(url("alice:" + ENCODED + "@")).whenUp()) {
            node.subscribe("p.room");
            node.transport()
                    .publish(List.of(
                            node.said().frame("p.room", "1"),
                            node.said().frame("forbidden", "2"),
                            node.said().frame("p.room", "3")));
            node.said().await(2, FRAME);
            assertTrue(String.valueOf(node.said().await(NOT_SENT, "forbidden").why())
                    .contains("NOPERM"));
        }
    }

    @Test
    void aServerThatKnowsOnlyResp2WillDo() throws Exception {
        try (TestRedis old = TestRedis.start("--rename-command", "HELLO", "");
                Opened node = Opened.at(old.url(), "roomcast.redis.ping-interval", "5ms")
                        .whenUp()) {
            List<String> channels =
                    IntStream.range(0, 512).mapToObj(i -> "room" + i).toList();
            node.transport().subscribe(channels);
            node.transport().subscribe(List.of("p"));
            IntStream.range(0, 100).forEach(i -> node.publish("room" + i % 3, "early"));
            node.subscribe("last");
            node.transport().unsubscribe(channels);
            node.said().await(512, UNSUBSCRIBED);
            node.publish("p", "late");
            node.said().await(FRAME, "p");

            assertEquals(514, node.said().all(SUBSCRIBED).size());
            assertEquals(0, node.said().all(LINK_DOWN).size());
        }
    }
}
