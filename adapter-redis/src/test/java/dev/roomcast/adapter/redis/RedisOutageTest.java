package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.ACCEPTED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.NOT_PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.NOT_SENT;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNAVAILABLE;
import static dev.roomcast.adapter.redis.Recording.What.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisProtocol;
import dev.roomcast.adapter.redis.connection.ConnectFailure;
import dev.roomcast.adapter.redis.connection.LoginSource;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a transport does while its Redis is not well. */
@Timeout(600)
class RedisOutageTest {

    private static final String[] QUICK = {
        "roomcast.redis.ping-interval", "100ms",
        "roomcast.redis.ping-timeout", "500ms",
        "roomcast.redis.connect-timeout", "1s"
    };

    @Test
    void aRestartIsALinkDownAndALinkUp() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Opened node = Opened.at(redis.url()).whenUp()) {
            node.subscribe("room");

            redis.kill();
            node.said().await(LINK_DOWN);
            node.said().await(NOT_PUBLISHING);
            node.said().await(2, LINK_FAILED);
            node.transport().subscribe(List.of("other", "another"));
            node.publish("room", "while it is away");
            node.said().await(2, UNAVAILABLE);
            node.said().await(NOT_SENT);
            String message = message(node.said().await(LINK_FAILED));
            assertTrue(
                    message.contains("127.0.0.1:" + redis.port() + " cannot be reached: connection refused"), message);

            redis.restart();
            node.said().await(2, LINK_UP);
            node.said().await(2, PUBLISHING);
            node.subscribe("fresh");
            node.publish("room", "not subscribed in this life");
            node.publish("fresh", "after");
            assertEquals("after", node.said().await(FRAME).text(), "nothing of before is replayed");
            node.said().await(ACCEPTED, "fresh");
            assertEquals(1, node.said().all(LINK_DOWN).size());
            assertEquals(1, node.said().all(NOT_PUBLISHING).size());
        }
    }

    @Test
    void framesInFlightAreUnknownAndNeverReplayed() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Opened node = Opened.at(redis.url(), QUICK).whenUp();
                Opened other = Opened.at(redis.url(), QUICK).whenUp()) {
            redis.freeze();
            IntStream.range(0, 10).forEach(i -> node.publish("room", "in flight " + i));
            node.transport().subscribe(List.of("asked"));
            // The silence ends the connections. If the server were killed at once, what is not written yet would be
            // NOT_SENT.
            node.said().await(10, UNKNOWN);
            redis.kill();

            node.said().await(UNAVAILABLE, "asked");
            other.said().await(LINK_DOWN);
            redis.restart();
            other.said().await(2, LINK_UP);
            other.subscribe("room");
            node.said().await(2, PUBLISHING);
            node.publish("room", "after");

            assertEquals("after", other.said().await(FRAME).text());
            assertEquals(
                    IntStream.range(0, 10).mapToObj(i -> "in flight " + i).toList(),
                    node.said().all(UNKNOWN).stream().map(Recording.Event::text).toList(),
                    "in call order, each once");
        }
    }

    @Test
    void aFrozenServerIsFoundByItsSilence() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Opened node = Opened.at(redis.url(), QUICK).whenUp()) {
            redis.freeze();
            String why = message(node.said().await(LINK_DOWN));
            assertTrue(
                    why.startsWith("the subscribe connection to Redis at " + redis.url() + " was lost (nothing came"
                            + " within 500 ms after a PING)"),
                    why);
            node.said().await(NOT_PUBLISHING);
            String message = message(node.said().await(LINK_FAILED));
            assertTrue(message.contains("timed out after 1000 ms"), message);

            redis.thaw();
            node.said().await(2, LINK_UP);
            node.said().await(2, PUBLISHING);
            node.subscribe("room");
            node.publish("room", "after");
            node.said().await(FRAME, "room");
        }
    }

    @Test
    void aCommandThatIsNotAnsweredEndsItsConnection() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Opened node = Opened.at(
                                redis.url(),
                                "roomcast.redis.command-timeout",
                                "300ms",
                                "roomcast.redis.ping-interval",
                                "1h",
                                "roomcast.redis.connect-timeout",
                                "1s")
                        .whenUp()) {
            redis.freeze();
            node.publish("room", "lost?");
            node.transport().subscribe(List.of("asked"));

            node.said().await(UNKNOWN, "room");
            node.said().await(NOT_PUBLISHING);
            node.said().await(LINK_DOWN);
            node.said().await(UNAVAILABLE, "asked");
        }
    }

    @Test
    void aLostSubscribeConnectionLeavesPublishingAlone() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Opened node = Opened.at(redis.url()).whenUp()) {
            node.subscribe("room");
            RedisClient admin = RedisClient.create(redis.url());
            try {
                admin.connect().sync().clientKill(KillArgs.Builder.typePubsub());
            } finally {
                admin.shutdown();
            }
            node.said().await(LINK_DOWN);
            node.publish("room", "nobody hears this");
            node.said().await(ACCEPTED, "room");
            node.said().await(2, LINK_UP);
            node.subscribe("other");
            node.publish("other", "after");

            assertEquals("after", node.said().await(FRAME).text());
            assertEquals(0, node.said().all(NOT_PUBLISHING).size());
            assertEquals(0, node.said().all(LINK_FAILED).size());
        }
    }

    @Test
    void nothingIsForgottenWhenTheConnectionIsCutAgainAndAgain() throws Exception {
        List<String> channels =
                IntStream.range(0, 1_500).mapToObj(i -> "room" + i).toList();
        try (TestRedis redis = TestRedis.start();
                Opened node = Opened.at(redis.url()).whenUp()) {
            RedisClient admin = RedisClient.create(redis.url());
            try {
                RedisCommands<String, String> commands = admin.connect().sync();
                for (int life = 1; life <= 10; life++) {
                    node.said().clear();
                    for (int from = 0; from < channels.size(); from += 500) {
                        node.transport().subscribe(channels.subList(from, from + 500));
                    }
                    // In this order: a connection becomes one of Pub/Sub by its first SUBSCRIBE.
                    commands.clientKill(KillArgs.Builder.typeNormal().skipme());
                    commands.clientKill(KillArgs.Builder.typePubsub());
                    node.said().await(1_500, "an answer for each channel", e -> e.is(SUBSCRIBED) || e.is(UNAVAILABLE));
                    node.said().await(LINK_UP);
                    assertEquals(
                            1_500,
                            node.said().all().stream()
                                    .filter(e -> e.is(SUBSCRIBED) || e.is(UNAVAILABLE))
                                    .map(Recording.Event::subject)
                                    .distinct()
                                    .count());
                }
            } finally {
                admin.shutdown();
            }
        }
    }

    @Test
    void oneAttemptForBothConnectionsIsCountedOnce() throws Exception {
        try (TestRedis redis = TestRedis.start()) {
            redis.kill();
            try (Opened node = Opened.at(redis.url())) {
                node.said().await(3, LINK_FAILED);
                redis.restart();
                node.whenUp();
                assertEquals(0, node.said().all(LINK_DOWN).size());
                assertEquals(0, node.said().all(NOT_PUBLISHING).size());
            }
        }
    }

    @Test
    void whatIsNotRedisIsSaidToBeSo() throws Exception {
        try (ServerSocket stranger = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
                Opened node = Opened.at("redis://127.0.0.1:" + stranger.getLocalPort());
                // Both: an attempt fails when its last connection has, and tells why one of them has.
                Socket first = answeredByHttp(stranger);
                Socket second = answeredByHttp(stranger)) {
            assertTrue(first.isConnected() && second.isConnected());
            String message = message(node.said().await(LINK_FAILED));
            assertTrue(message.contains("Check that it is Redis that listens there"), message);
        }
    }

    private static Socket answeredByHttp(ServerSocket server) throws IOException {
        Socket accepted = server.accept();
        // What comes before the first command is not an answer to it, and Lettuce drops it.
        accepted.getInputStream().read();
        accepted.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return accepted;
    }

    @Test
    void anUnknownHostIsNamed() {
        String message = explained(new UnknownHostException("whatever the resolver says"));
        assertTrue(message.startsWith("Redis at redis://no-such-host:6379 cannot be reached: unknown host"), message);
    }

    /** What Lettuce says where the server is quicker than it. */
    @Test
    void aConnectionThatIsClosedBeforeTheHandshakeIsNamed() {
        String message = explained(new IllegalStateException("RedisHandshakeHandler not registered"));
        assertTrue(message.contains("closed the connection at once") && message.contains("rediss://"), message);
    }

    private static String explained(Throwable failure) {
        RedisAddress address = new RedisAddress("redis", "no-such-host", 6379, "user", "secret");
        return String.valueOf(new ConnectFailure(
                        "Redis",
                        address,
                        "what is configured",
                        LoginSource.configured(address),
                        RedisProtocol.AUTO,
                        new MapSettings("node", Map.of()))
                .explain(failure)
                .getMessage());
    }

    @Test
    void closingWhileRedisIsFrozenDoesNotHang() throws Exception {
        try (TestRedis redis = TestRedis.start()) {
            Opened node = Opened.at(redis.url()).whenUp();
            redis.freeze();
            node.publish("room", "lost?");
            node.close();
            // Whether the frame was written before the connection was closed, is a race.
            assertEquals(
                    1,
                    node.said().all(UNKNOWN).size() + node.said().all(NOT_SENT).size());
        }
    }

    private static String message(Recording.Event event) {
        return String.valueOf(Objects.requireNonNull(event.why()).getMessage());
    }
}
