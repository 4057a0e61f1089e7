package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.connection.RedisLogin;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As whom a connection is made, and by which version of the protocol. Each user may see channels of one prefix only. */
@Timeout(600)
class RedisLoginTest {

    private static @Nullable TestRedis started;

    @BeforeAll
    static void start() {
        started = TestRedis.start(
                "--user",
                "default",
                "on",
                ">d-1",
                "resetchannels",
                "&default.*",
                "+@all", //
                "--user",
                "alice",
                "on",
                ">a-1",
                "resetchannels",
                "&alice.*",
                "+@all", //
                "--user",
                "guest",
                "on",
                "nopass",
                "resetchannels",
                "&guest.*",
                "+@all");
    }

    @AfterAll
    static void stop() {
        redis().close();
    }

    private static TestRedis redis() {
        return Objects.requireNonNull(started);
    }

    private static String url(String login) {
        return "redis://" + login + "127.0.0.1:" + redis().port();
    }

    /** Publishing and subscribing are refused to everybody else. */
    private static void assertIs(String user, Opened node) throws InterruptedException {
        node.whenUp();
        node.subscribe(user + ".room");
        node.publish(user + ".room", "hello");
        assertEquals("hello", node.said().await(FRAME).text());
    }

    private static String failure(Opened opened) throws InterruptedException {
        try (Opened node = opened) {
            String message = String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
            assertTrue(node.said().all(LINK_UP).isEmpty(), message);
            return message;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"guest:@", "guest:anything@", "guest:any%40thing@"})
    void aUserWithNopassIsLetIn(String login) throws Exception {
        for (String protocol : List.of("auto", "resp2", "resp3")) {
            try (Opened node = Opened.at(url(login), "roomcast.redis.protocol", protocol)) {
                assertIs("guest", node);
            }
        }
    }

    @Test
    void aUserMayBeConfiguredWithoutAPassword() throws Exception {
        Map<String, String> values = Map.of(
                "roomcast.redis.host",
                "127.0.0.1",
                "roomcast.redis.port",
                String.valueOf(redis().port()),
                "roomcast.redis.username",
                "guest");
        try (Opened node = Opened.with(values)) {
            assertIs("guest", node);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice:@", "default:@", "nobody:@", "d-2@", "guest@"})
    void aLoginThatIsWrongIsRefusedAndNotPassedOver(String login) throws Exception {
        for (String protocol : List.of("auto", "resp2")) {
            String message = failure(Opened.at(url(login), "roomcast.redis.protocol", protocol));
            assertTrue(message.contains("refused the user or the password (WRONGPASS"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":d-1@", "d-1@", "default:d-1@"})
    void thePasswordAloneIsTheDefaultUsers(String login) throws Exception {
        for (String protocol : List.of("auto", "resp2")) {
            try (Opened node = Opened.at(url(login), "roomcast.redis.protocol", protocol)) {
                assertIs("default", node);
            }
        }
    }

    @Test
    void anEmptyLoginIsNone() throws Exception {
        try (TestRedis open = TestRedis.start()) {
            for (String login : List.of("", ":@", "@")) {
                try (Opened node = Opened.at("redis://" + login + "127.0.0.1:" + open.port())) {
                    node.whenUp();
                }
            }
        }
    }

    @Test
    void aPasswordWhereThereIsNoneIsNamed() throws Exception {
        try (TestRedis open = TestRedis.start()) {
            String url = "redis://:sEcret@127.0.0.1:" + open.port();
            // By HELLO any password will do for a default user that has none.
            try (Opened node = Opened.at(url)) {
                node.whenUp();
            }
            String message = failure(Opened.at(url, "roomcast.redis.protocol", "resp2"));
            assertTrue(message.contains("has no password for its default user"), message);
            assertFalse(message.contains("sEcret"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-ERR unknown command `HELLO`, with args beginning with: `3`",
                "-NOPROTO unsupported protocol version",
                "-NOAUTH Authentication required.",
                "-NOAUTH HELLO must be called with the client already authenticated",
                "-NOPERM this user has no permissions to run the 'hello' command",
                "-ERR unsupported command 'HELLO'",
                "-ERR command 'HELLO' is not allowed",
                "-ERR Proxy error: hello not supported",
                "-whatever",
            })
    void whereHelloIsRefusedResp2IsSpoken(String answer) throws Exception {
        try (HelloProxy proxy = new HelloProxy(redis().port(), answer)) {
            try (Opened node = Opened.at(proxy.url("alice:a-1@"), "roomcast.redis.ping-interval", "5ms")) {
                assertIs("alice", node);
                for (int i = 0; i < 50; i++) {
                    node.publish("alice.room", "again");
                }
                node.said().await(51, FRAME);
                assertEquals(0, node.said().all(LINK_DOWN).size());
            }
            String message = failure(Opened.at(proxy.url("alice:sEcret@")));
            assertTrue(message.contains("refused the user or the password (WRONGPASS"), message);
            assertFalse(message.contains("sEcret"), message);
        }
    }

    @Test
    void whoeverWantsResp3IsToldThatHelloIsRefused() throws Exception {
        for (String answer : List.of("-NOAUTH Authentication required.", "-ERR unsupported command 'HELLO'")) {
            try (HelloProxy proxy = new HelloProxy(redis().port(), answer)) {
                String message = failure(Opened.at(proxy.url("alice:a-1@"), "roomcast.redis.protocol", "resp3"));
                assertTrue(message.contains("refuses HELLO, by which RESP3 begins (" + answer.substring(1)), message);
                assertTrue(message.contains("Leave roomcast.redis.protocol out"), message);
            }
        }
    }

    @Test
    void whereNoPasswordIsSetNoauthAsksForOne() throws Exception {
        try (HelloProxy proxy = new HelloProxy(redis().port(), "-NOAUTH Authentication required.")) {
            String message = failure(Opened.at(proxy.url("")));
            assertTrue(message.contains("asks for a password (NOAUTH"), message);
        }
    }

    @Test
    void aProxyThatEndsTheConnectionAtHelloIsReachedByResp2Alone() throws Exception {
        try (HelloProxy proxy = new HelloProxy(redis().port(), "")) {
            String message = failure(Opened.at(proxy.url("alice:a-1@")));
            assertTrue(message.contains("closed the connection at once"), message);
            assertTrue(message.contains("roomcast.redis.protocol=resp2"), message);
            try (Opened node = Opened.at(proxy.url("alice:a-1@") + "?protocol=2")) {
                assertIs("alice", node);
            }
        }
    }

    @Test
    void shardedPubSubNeedsResp3() throws Exception {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> Opened.at("redis://a:1,b:2", "roomcast.redis.protocol", "resp2"));
        assertTrue(
                String.valueOf(e.getMessage()).contains("roomcast.redis.sharded=false on all nodes"), e.getMessage());
        try (HelloProxy proxy = new HelloProxy(redis().port(), "-ERR unsupported command 'HELLO'")) {
            String message = failure(Opened.at(proxy.url("alice:a-1@"), "roomcast.redis.cluster", "true"));
            assertTrue(message.contains("refuses HELLO"), message);
            assertTrue(message.contains("roomcast.redis.sharded=false on all nodes"), message);
            try (Opened node = Opened.at(
                    proxy.url("alice:a-1@"), "roomcast.redis.cluster", "true", "roomcast.redis.sharded", "false")) {
                assertIs("alice", node);
            }
        }
    }

    /** Redis repeats the arguments of a command that it does not know, and a proxy may repeat anything. */
    @Test
    void whatTheServerRepeatsIsNotShown() throws Exception {
        try (TestRedis old = TestRedis.start("--rename-command", "HELLO", "", "--rename-command", "AUTH", "");
                HelloProxy proxy = new HelloProxy(old.port(), "-whatever: HELLO 3 AUTH alice sEcret")) {
            String login = "redis://alice:sEcret@127.0.0.1:" + old.port();
            for (String url :
                    List.of(login, login + "?protocol=2", login + "?protocol=3", proxy.url("alice:sEcret@"))) {
                assertShowsNothing(url);
            }
            assertShowsNothing(proxy.url("alice:sEcret@") + "?protocol=3");
        }
    }

    private static void assertShowsNothing(String url) throws InterruptedException {
        try (Opened node = Opened.at(url)) {
            Throwable why =
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why());
            StringWriter trace = new StringWriter();
            why.printStackTrace(new PrintWriter(trace));
            assertFalse(trace.toString().contains("sEcret"), trace.toString());
        }
    }

    @Test
    void aFrameThatTheServerRepeatsIsNotShown() throws Exception {
        try (TestRedis mute = TestRedis.start("--rename-command", "PUBLISH", "");
                Opened node = Opened.at(mute.url()).whenUp()) {
            node.publish("room", "sEcret");
            String why =
                    String.valueOf(node.said().await(Recording.What.NOT_SENT).why());
            assertTrue(why.contains("ERR unknown command"), why);
            assertFalse(why.contains("sEcret"), why);
        }
    }

    /** Else Lettuce may complete a connection before it is active, and refuses the first command on it. */
    @Test
    void lettuceCanAskForALoginAtOnce() {
        for (RedisLogin login : List.of(new RedisLogin("alice", "a-1"), new RedisLogin("", "a-1"))) {
            RedisURI.Builder uri = RedisURI.builder().withHost("h");
            login.addTo(uri);
            assertInstanceOf(
                    RedisCredentialsProvider.ImmediateRedisCredentialsProvider.class,
                    uri.build().getCredentialsProvider());
        }
    }
}
