package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.SocketAddressResolver;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attempt to connect that ends by an Error is a failed attempt: others follow, until one succeeds. */
@Timeout(600)
class UnexpectedErrorTest {

    /** What the application's resolver throws, while there is anything. */
    private final AtomicReference<@Nullable Supplier<Error>> error = new AtomicReference<>();

    private final AtomicInteger thrown = new AtomicInteger();
    private final TestRedis redis = TestRedis.start();
    private @Nullable ClientResources resources;

    private final class Resolver extends SocketAddressResolver {

        Resolver() {
            super(DnsResolvers.UNRESOLVED);
        }

        @Override
        public SocketAddress resolve(RedisURI uri) {
            Supplier<Error> failure = error.get();
            if (failure != null) {
                thrown.incrementAndGet();
                throw failure.get();
            }
            return super.resolve(uri);
        }
    }

    @BeforeEach
    void start() {
        resources = DefaultClientResources.builder()
                .socketAddressResolver(new Resolver())
                .build();
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(resources).shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        redis.close();
    }

    private static Supplier<Error> error(String kind) {
        return switch (kind) {
            case "memory" -> () -> new OutOfMemoryError("thrown by the test");
            case "linkage" -> () -> new NoClassDefFoundError("thrown by the test");
            case "stack" -> () -> new StackOverflowError("thrown by the test");
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private Opened open() {
        return Opened.by(
                new RedisTransportProvider().withResources(Objects.requireNonNull(resources)),
                Map.of("roomcast.redis.url", redis.url()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "linkage", "stack"})
    void anErrorWhileReconnectingIsAFailedAttempt(String kind) throws Exception {
        try (Opened node = open().whenUp()) {
            error.set(error(kind));
            killSubscribers();
            node.said().await(LINK_DOWN);
            node.said().await(3, LINK_FAILED);
            assertTrue(thrown.get() >= 3);
            String message = String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
            assertTrue(
                    message.startsWith("Redis at " + redis.url() + " cannot be used")
                            && message.contains("Error: thrown by the test"),
                    message);

            error.set(null);
            node.said().await(2, LINK_UP);
            node.said().await(2, PUBLISHING);
            node.subscribe("room");
            node.publish("room", "after");
            assertEquals("after", node.said().await(FRAME).text());
        }
    }

    @Test
    void anErrorInTheFirstAttemptIsAFailedAttempt() throws Exception {
        error.set(error("linkage"));
        try (Opened node = open()) {
            node.said().await(2, LINK_FAILED);
            error.set(null);
            node.whenUp();
        }
    }

    private void killSubscribers() {
        RedisClient admin = RedisClient.create(redis.url());
        try {
            // A connection becomes one of Pub/Sub by its first SUBSCRIBE.
            admin.connect().sync().clientKill(KillArgs.Builder.typeNormal().skipme());
            admin.connect().sync().clientKill(KillArgs.Builder.typePubsub());
        } finally {
            admin.shutdown();
        }
    }
}
