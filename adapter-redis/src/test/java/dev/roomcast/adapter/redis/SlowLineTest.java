package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.ACCEPTED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.NOT_PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.NOT_SENT;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNAVAILABLE;
import static dev.roomcast.adapter.redis.Recording.What.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule B.8, where one frame is on its way for several times as long as Redis may be silent, or does not arrive at all. */
@Timeout(600)
class SlowLineTest {

    private static final String LARGE = "x".repeat(8_000_000);
    private static final long BYTES_PER_SECOND = 1_000_000;
    private static final int HALF_A_FRAME = 4_000_000;
    private static final String NEVER = "1h";
    private static final String PING_INTERVAL = "roomcast.redis.ping-interval";
    /** On a machine that stands still for a second a connection may be given up. Without its bytes as a sign of life a frame is lost each time. */
    private static final int TRIES = 8;

    private static final Map<String, String> QUICK = Map.of(
            PING_INTERVAL,
            "100ms",
            "roomcast.redis.ping-timeout",
            "2s",
            "roomcast.redis.connect-timeout",
            "1s",
            "roomcast.redis.command-timeout",
            "2500ms");

    private final TestRedis redis = TestRedis.start();
    private final LoopbackProxy line = proxy(redis.port());
    /** With a socket that takes little to send: otherwise a third of the frame has left at once. */
    private final ClientResources resources = DefaultClientResources.builder()
            .nettyCustomizer(new NettyCustomizer() {
                @Override
                public void afterBootstrapInitialized(Bootstrap bootstrap) {
                    bootstrap.option(ChannelOption.SO_SNDBUF, 1 << 16);
                }
            })
            .build();

    private static LoopbackProxy proxy(int port) {
        try {
            return new LoopbackProxy(port);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        line.close();
        redis.close();
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** @param more keys and values by turns */
    private Opened behindTheLine(String... more) throws InterruptedException {
        Map<String, String> values = new HashMap<>(QUICK);
        values.put("roomcast.redis.url", line.url());
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return Opened.by(new RedisTransportProvider().withResources(resources), values)
                .whenUp();
    }

    private Opened besideTheLine() throws InterruptedException {
        return Opened.at(redis.url()).whenUp();
    }

    @Test
    void aFrameThatArrivesSlowlyIsASignOfLife() throws Exception {
        try (Opened sender = besideTheLine();
                Opened receiver = behindTheLine()) {
            receiver.subscribe("room");
            line.slowDownToNodes(BYTES_PER_SECOND);
            Recording.Event last = null;
            for (int i = 1; i <= TRIES && (last == null || !last.is(FRAME)); i++) {
                receiver.said().await(i, "a subscription", e -> e.is(SUBSCRIBED, "room"));
                sender.publish("room", LARGE);
                last = receiver.said().await(i, "an end of the frame", e -> e.is(FRAME) || e.is(LINK_DOWN));
                if (last.is(LINK_DOWN)) {
                    receiver.said().await(1 + i, "a link", e -> e.is(LINK_UP));
                    receiver.transport().subscribe(List.of("room"));
                }
            }
            assertEquals(LARGE, Objects.requireNonNull(last).text());
        }
    }

    @Test
    void whatIsAskedBehindAFrameThatArrivesSlowlyIsAnswered() throws Exception {
        try (Opened sender = besideTheLine();
                Opened receiver = behindTheLine(PING_INTERVAL, NEVER, "roomcast.redis.command-timeout", "3s")) {
            receiver.subscribe("room");
            line.slowDownToNodes(BYTES_PER_SECOND);
            Recording.Event last = null;
            for (int i = 1; i <= TRIES && (last == null || !last.is(SUBSCRIBED)); i++) {
                receiver.said().await(i, "a subscription", e -> e.is(SUBSCRIBED, "room"));
                sender.publish("room", LARGE);
                sender.said().await(i, "an answer", e -> e.is(ACCEPTED));
                receiver.transport().subscribe(List.of("other"));
                last = receiver.said()
                        .await(i, "an answer", e -> e.is(SUBSCRIBED, "other") || e.is(UNAVAILABLE, "other"));
                if (last.is(UNAVAILABLE)) {
                    receiver.said().await(1 + i, "a link", e -> e.is(LINK_UP));
                    receiver.transport().subscribe(List.of("room"));
                }
            }
            assertTrue(Objects.requireNonNull(last).is(SUBSCRIBED), String.valueOf(last.why()));
        }
    }

    @Test
    void aFrameThatLeavesSlowlyIsASignOfLife() throws Exception {
        try (Opened sender = behindTheLine()) {
            line.slowDownToRedis(BYTES_PER_SECOND);
            Recording.Event last = null;
            for (int i = 1; i <= TRIES && (last == null || !last.is(ACCEPTED)); i++) {
                sender.said().await(i, "to be publishing", e -> e.is(PUBLISHING));
                sender.publish("room", LARGE);
                last = sender.said().await(i, "an answer", e -> e.is(ACCEPTED) || e.is(UNKNOWN) || e.is(NOT_SENT));
            }
            assertTrue(Objects.requireNonNull(last).is(ACCEPTED), String.valueOf(last.why()));
        }
    }

    @Test
    void aFrameOfWhichHalfHasComeIsNone() throws Exception {
        try (Opened sender = besideTheLine();
                Opened receiver = behindTheLine()) {
            receiver.subscribe("room");
            line.haltAfter(HALF_A_FRAME);
            sender.publish("room", LARGE);
            assertSays(
                    "nothing came within 2000 ms after a PING", receiver.said().await(LINK_DOWN));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "roomcast.redis.command-timeout, nothing came within 2000 ms after a PING",
        "roomcast.redis.ping-interval, a PUBLISH was not answered within 2500 ms"
    })
    void aFrameOfWhichHalfHasLeftIsLost(String unlimited, String why) throws Exception {
        try (Opened sender = behindTheLine(unlimited, NEVER)) {
            line.haltAfter(HALF_A_FRAME);
            sender.publish("room", LARGE);
            assertSays(why, sender.said().await(NOT_PUBLISHING));
            sender.said().await(UNKNOWN);
        }
    }

    /** What leaves behind a question says nothing about it: the socket takes small frames also while Redis is away. */
    @ParameterizedTest
    @CsvSource({
        "roomcast.redis.command-timeout, nothing came within 2000 ms after a PING",
        "roomcast.redis.ping-interval, a PUBLISH was not answered within 2500 ms"
    })
    void framesThatLeaveAreNoAnswer(String unlimited, String why) throws Exception {
        ScheduledExecutorService traffic = Executors.newSingleThreadScheduledExecutor();
        try (Opened sender = behindTheLine(unlimited, NEVER)) {
            redis.freeze();
            traffic.scheduleWithFixedDelay(() -> sender.publish("room", "small"), 0, 20, TimeUnit.MILLISECONDS);
            assertSays(why, sender.said().await(NOT_PUBLISHING));
        } finally {
            traffic.shutdownNow();
            redis.thaw();
        }
    }

    private static void assertSays(String expected, Recording.Event event) {
        String message = String.valueOf(Objects.requireNonNull(event.why()).getMessage());
        assertTrue(message.contains(expected), message);
    }
}
