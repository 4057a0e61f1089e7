package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On threads that the application has already. */
@Timeout(600)
class RedisResourcesTest {

    private final ClientResources resources = DefaultClientResources.create();
    private final RedisTransportProvider provider = new RedisTransportProvider().withResources(resources);

    @AfterEach
    void shutdown() {
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Opened open() throws InterruptedException {
        return Opened.by(
                        provider,
                        Map.of("roomcast.redis.url", TestRedis.shared().url()))
                .whenUp();
    }

    @Test
    void givenResourcesAreUsedAndNotShutDown() throws Exception {
        try (Opened one = open();
                Opened other = open()) {
            other.subscribe("given-resources");
            one.publish("given-resources", "hello");
            assertEquals("hello", other.said().await(Recording.What.FRAME).text());
            assertEquals(0, threadsOf(one) + threadsOf(other), "threads of our own");
        }
        RedisClient theirs = RedisClient.create(resources, TestRedis.shared().url());
        assertEquals("PONG", theirs.connect().sync().ping());
        theirs.shutdown();
        try (Opened again = open()) {
            again.subscribe("given-resources");
        }
    }

    private static long threadsOf(Opened node) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(node.nodeName() + "-"))
                .count();
    }

    @Test
    void closingLeavesNoConnection() throws Exception {
        Opened node = open();
        node.close();
        RedisClient theirs = RedisClient.create(resources, TestRedis.shared().url());
        String clients = theirs.connect().sync().clientList();
        theirs.shutdown();
        assertFalse(clients.contains("-" + node.nodeName() + " "), clients);
    }

    @Test
    void closingEndsAlsoWhenTheResourcesAreGone() throws Exception {
        Opened node = open();
        resources.shutdown(0, 2, TimeUnit.SECONDS).await();
        node.close();
    }
}
