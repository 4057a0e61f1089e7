package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisClient;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes reach their Redis by a name; it comes to mean another server, of which the old one becomes a replica. The node that stays
 * connected to the old one publishes to nobody. Both ways to find that out are tried: the server's role, and, where replicas are
 * allowed, what the other nodes receive (Rule 4.19).
 */
@Timeout(600)
class DemotedMasterInAClusterTest {

    private static final int PATIENCE = 60;
    private static final int PAUSE_MILLIS = 20;

    private final BlockingQueue<Health> health = new LinkedBlockingQueue<>();
    private final Set<Health.Status> statuses = EnumSet.noneOf(Health.Status.class);
    private final List<Loss> losses = new CopyOnWriteArrayList<>();
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> sentAt = new LinkedHashMap<>();
    private final Map<String, CompletionStage<?>> stages = new HashMap<>();

    private static Adapter open(String name, LoopbackProxy redis, boolean allowsReplica) {
        return Adapters.open(AdapterConfig.of(Map.of(
                "REDIS_URL",
                redis.url(),
                "roomcast.node.name",
                name,
                "roomcast.redis.allow-replica",
                String.valueOf(allowsReplica),
                "roomcast.heartbeat.interval",
                "200ms",
                "roomcast.heartbeat.timeout",
                "2s")));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @ParameterizedTest(name = "replicas allowed: {0}")
    @ValueSource(booleans = {false, true})
    void theNodeThatStayedIsDegradedAndFollowsAndNothingIsLostSilently(boolean allowsReplica) throws Exception {
        try (TestRedis old = TestRedis.start();
                TestRedis successor = TestRedis.start();
                LoopbackProxy nameOfA = new LoopbackProxy(old.port());
                LoopbackProxy nameOfB = new LoopbackProxy(old.port());
                Adapter a = open("a", nameOfA, allowsReplica);
                Adapter b = open("b", nameOfB, allowsReplica)) {
            done(a.ready());
            done(b.ready());
            listen(a, b);
            broadcastUntil(a, "before", () -> received.contains("before 1"));

            RedisClient admin = RedisClient.create(old.url());
            nameOfA.redirect(successor.port());
            nameOfB.redirect(successor.port());
            admin.connect().sync().replicaof("127.0.0.1", successor.port());
            admin.shutdown();
            // B comes to the successor; A's connections stay.
            nameOfB.cut();

            broadcastUntil(a, "meanwhile", () -> statuses.contains(Health.Status.DEGRADED));
            broadcastUntil(
                    a,
                    "after",
                    () -> a.health().status() == Health.Status.UP
                            && a.cluster().nodes().size() == 2
                            && b.cluster().nodes().size() == 2
                            && received.stream().anyMatch(packet -> packet.startsWith("after")));
            sentAt.keySet().forEach(this::expectArrivedOrFailedOrReported);
        }
    }

    private void listen(Adapter a, Adapter b) {
        a.cluster().onEvent(new ClusterListener() {
            @Override
            public void healthChanged(Health now) {
                health.add(now);
            }
        });
        b.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }
        });
        Member member = b.add(Connection.of("m", packet -> received.add(packet.text()), why -> {}));
        done(b.join(member, "room"));
    }

    private interface Condition {
        boolean holds();
    }

    /** One packet after the other, each with its answer, and until the next change of health or a short while after that. */
    private void broadcastUntil(Adapter from, String name, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        for (int i = 0; !condition.holds(); i++) {
            assertTrue(System.nanoTime() < deadline, () -> name + ": " + from.health() + ", losses " + losses);
            String text = name + " " + i;
            sentAt.put(text, Instant.now());
            CompletionStage<?> stage = from.broadcast(Target.room("room"), Packet.text(text));
            stages.put(text, stage);
            done(stage.handle((done, failure) -> true));
            Health seen = health.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (seen != null) {
                statuses.add(seen.status());
            }
        }
    }

    private void expectArrivedOrFailedOrReported(String text) {
        boolean isTold = received.contains(text)
                || stages.get(text).toCompletableFuture().isCompletedExceptionally()
                || isReported(sentAt.get(text));
        // The report of a last loss may be on its way for two heartbeats.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (!isTold && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            isTold = received.contains(text) || isReported(sentAt.get(text));
        }
        assertEquals(true, isTold, () -> text + ", sent at " + sentAt.get(text) + ", not in " + losses);
    }

    private boolean isReported(Instant then) {
        return losses.stream()
                .anyMatch(loss -> loss.rooms().contains("room")
                        && !loss.since().isAfter(then.plusMillis(100))
                        && !loss.until().isBefore(then));
    }
}
