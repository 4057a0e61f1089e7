package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two whole nodes, as a server opens them, over a real Redis. */
@Timeout(600)
class RedisAdapterTest {

    private final String namespace = "/" + UUID.randomUUID();

    private Adapter open(TestRedis redis, String node) {
        return Adapters.open(AdapterConfig.of(
                Map.of("REDIS_URL", redis.url(), "roomcast.namespace", namespace, "roomcast.node.name", node)));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static Member join(Adapter adapter, String id, String room, BlockingQueue<String> received) {
        Member member =
                adapter.add(Connection.of(id, packet -> received.add(packet.text()), why -> received.add("closed")));
        done(adapter.join(member, room));
        return member;
    }

    @Test
    void aBroadcastReachesTheMembersOfBothNodes() throws Exception {
        TestRedis redis = TestRedis.shared();
        BlockingQueue<String> atA = new LinkedBlockingQueue<>();
        BlockingQueue<String> atB = new LinkedBlockingQueue<>();
        try (Adapter a = open(redis, "a");
                Adapter b = open(redis, "b")) {
            done(a.ready());
            done(b.ready());
            join(a, "1", "news", atA);
            join(b, "2", "news", atB);

            done(a.broadcast(Target.room("news"), Packet.text("hello")));
            done(a.broadcast(Target.everyone(), Packet.text("all")));

            for (BlockingQueue<String> received : java.util.List.of(atA, atB)) {
                assertEquals("hello", received.poll(Patience.SECONDS, TimeUnit.SECONDS));
                assertEquals("all", received.poll(Patience.SECONDS, TimeUnit.SECONDS));
            }
            assertEquals(2, a.cluster().nodes().size());
            assertEquals("RedisAdapter", a.health().adapter());
        }
    }

    @Test
    void roomsAreBackAfterARestart() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (TestRedis redis = TestRedis.start();
                Adapter a = open(redis, "a");
                Adapter b = open(redis, "b")) {
            done(a.ready());
            done(b.ready());
            join(b, "1", "news", received);

            redis.restart();
            // Until both are back a broadcast may be lost, which is reported; the first one that arrives is enough.
            String arrived = null;
            for (int i = 0; arrived == null && i < 10 * Patience.SECONDS; i++) {
                a.broadcast(Target.room("news"), Packet.text("again"));
                arrived = received.poll(100, TimeUnit.MILLISECONDS);
            }
            assertEquals("again", arrived);
        }
    }

    @Test
    void withoutRedisTheNodeServesItsOwnMembers() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (TestRedis redis = TestRedis.start()) {
            redis.kill();
            try (Adapter alone = open(redis, "alone")) {
                Member member = alone.add(
                        Connection.of("1", packet -> received.add(packet.text()), why -> received.add("closed")));
                alone.join(member, "news");
                alone.broadcast(Target.room("news"), Packet.text("local"));
                assertEquals("local", received.poll(Patience.SECONDS, TimeUnit.SECONDS));
                assertTrue(
                        alone.health().status() != Health.Status.UP,
                        alone.health().toString());
            }
        }
    }

    @Test
    void aRedisThatCannotBeHadFailsReadyWithTheRemedyAndIsTakenWhenItComes() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (TestRedis redis = TestRedis.start()) {
            redis.kill();
            AdapterConfig config = AdapterConfig.of(Map.of(
                    "REDIS_URL",
                    redis.url(),
                    "REDIS_PASSWORD",
                    "s3cret",
                    "REDIS_MAX_RETRIES",
                    "2",
                    "roomcast.namespace",
                    namespace));
            try (Adapter adapter = Adapters.open(config)) {
                Throwable failure = assertThrows(CompletionException.class, () -> done(adapter.ready()))
                        .getCause();
                String message = failure.getMessage();
                assertTrue(message.startsWith("Redis adapter setup failed: "), message);
                assertTrue(message.contains("127.0.0.1:" + redis.port()), message);
                assertTrue(message.contains("refused"), message);
                assertTrue(message.contains("REDIS_URL"), message);
                assertTrue(!message.contains("s3cret"), message);
                assertEquals(Health.Status.DOWN, adapter.health().status());

                Member member = adapter.add(
                        Connection.of("1", packet -> received.add(packet.text()), why -> received.add("closed")));
                CompletionStage<Void> joined = adapter.join(member, "news");
                adapter.broadcast(Target.room("news"), Packet.text("local"));
                assertEquals("local", received.poll(Patience.SECONDS, TimeUnit.SECONDS));

                CompletionStage<Void> later = adapter.ready();
                redis.restart();
                done(later.exceptionallyCompose(stillAway -> adapter.ready()));
                assertEquals(Health.Status.UP, adapter.health().status());
                joined.toCompletableFuture()
                        .handle((done, notConfirmedInTime) -> done)
                        .join();
            }
        }
    }
}
