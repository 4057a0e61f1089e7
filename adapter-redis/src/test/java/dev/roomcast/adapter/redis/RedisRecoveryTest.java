package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node of many rooms whose Redis goes: what it has when it says that it is UP again. */
@Timeout(600)
class RedisRecoveryTest {

    /** A port on which nothing listens, as who would may not. */
    private static final int NOBODY = 1;

    private static final int ROOMS = 5_000;
    private static final String ITS_ROOMS = "roomcast._2F.room.*";

    @Test
    void everyRoomIsSubscribedWhenHealthSaysUp() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Adapter node = open(redis)) {
            joinAll(node, packet -> {});
            BlockingQueue<Integer> atUp = new LinkedBlockingQueue<>();
            node.cluster().onEvent(new ClusterListener() {
                @Override
                public void healthChanged(Health health) {
                    if (health.status() == Health.Status.UP) {
                        atUp.add(subscribed(redis));
                    }
                }
            });
            redis.restart();
            assertEquals(ROOMS, atUp.poll(Patience.SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void killsInTheMidstOfComingBackLoseNoRoom() throws Exception {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(ROOMS);
        try (TestRedis redis = TestRedis.start();
                Adapter sender = open(redis);
                Adapter node = open(redis)) {
            joinAll(node, packet -> {
                if (heard.add(packet.text())) {
                    all.countDown();
                }
            });
            BlockingQueue<Health.Status> healths = new LinkedBlockingQueue<>();
            node.cluster().onEvent(new ClusterListener() {
                @Override
                public void healthChanged(Health health) {
                    healths.add(health.status());
                }
            });
            killMidway(redis, 3);
            while (node.health().status() != Health.Status.UP) {
                healths.poll(Patience.SECONDS, TimeUnit.SECONDS);
            }
            assertEquals(ROOMS, subscribed(redis));
            done(sender.ready());
            for (int i = 0; i < ROOMS; i++) {
                sender.broadcast(Target.room("room" + i), Packet.text("room" + i));
            }
            assertTrue(all.await(Patience.SECONDS, TimeUnit.SECONDS), () -> all.getCount() + " rooms hear nothing");
        }
    }

    @Test
    void staticChannelsAreTheNodesOnlyAndAreBackAfterARestart() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Map<String, String> fixed = Map.of("roomcast.channels", "static");
        try (TestRedis redis = TestRedis.start();
                Adapter sender = open(redis, fixed);
                Adapter node = open(redis, fixed)) {
            joinAll(node, packet -> heard.add(packet.text()));
            assertEquals(3, subscribed(redis, "*"), "the namespace's and one of each node");
            done(sender.broadcast(Target.room("room4999"), Packet.text("one of many rooms")));
            assertEquals("one of many rooms", heard.poll(Patience.SECONDS, TimeUnit.SECONDS));

            CountDownLatch up = new CountDownLatch(2);
            for (Adapter each : List.of(sender, node)) {
                each.cluster().onEvent(new ClusterListener() {
                    @Override
                    public void healthChanged(Health health) {
                        if (health.status() == Health.Status.UP) {
                            up.countDown();
                        }
                    }
                });
            }
            redis.restart();
            assertTrue(up.await(Patience.SECONDS, TimeUnit.SECONDS), "UP again");
            done(sender.broadcast(Target.room("room7"), Packet.text("after it")));
            assertEquals("after it", heard.poll(Patience.SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void packetsThatWaitAreBoundedAndLeaveInOrderWhenRedisIsBack() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (TestRedis redis = TestRedis.start();
                LoopbackProxy proxy = new LoopbackProxy(redis.port());
                // Its way alone is cut: were Redis away, it might be back before the other hears anything.
                Adapter sender = open(
                        redis,
                        Map.of(
                                "REDIS_URL",
                                proxy.url(),
                                "roomcast.outage",
                                "wait",
                                "roomcast.outage.packets",
                                "1000",
                                "roomcast.outage.age",
                                Patience.SECONDS + "s"));
                Adapter node = open(redis)) {
            joinAll(node, packet -> heard.add(packet.text()));
            BlockingQueue<Health.Status> healths = new LinkedBlockingQueue<>();
            sender.cluster().onEvent(new ClusterListener() {
                @Override
                public void healthChanged(Health health) {
                    healths.add(health.status());
                }
            });
            proxy.redirect(NOBODY);
            proxy.cut();
            assertEquals(Health.Status.DEGRADED, healths.poll(Patience.SECONDS, TimeUnit.SECONDS));
            List<CompletionStage<?>> stages = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                stages.add(sender.broadcast(Target.room("room1"), Packet.text("packet " + i)));
            }
            assertEquals(1_000, sender.health().gauges().get("messages.waiting"));
            proxy.redirect(redis.port());
            for (int i = 0; i < 1_000; i++) {
                done(stages.get(i));
                assertEquals("packet " + i, heard.poll(Patience.SECONDS, TimeUnit.SECONDS));
            }
            done(sender.broadcast(Target.room("room1"), Packet.text("later")));
            assertEquals("later", heard.poll(Patience.SECONDS, TimeUnit.SECONDS), "what was too much has failed");
            assertTrue(stages.get(1_000).toCompletableFuture().isCompletedExceptionally());
        }
    }

    /** Cuts the connections that are subscribed, and again whenever some of the rooms are back, and some are not. */
    private static void killMidway(TestRedis redis, int times) {
        RedisClient admin = RedisClient.create(redis.url());
        try {
            RedisCommands<String, String> commands = admin.connect().sync();
            for (int kills = 0; kills < times; ) {
                int back = commands.pubsubChannels(ITS_ROOMS).size();
                if (back == ROOMS) {
                    commands.clientKill(KillArgs.Builder.typePubsub());
                } else if (back > 0) {
                    commands.clientKill(KillArgs.Builder.typePubsub());
                    kills++;
                }
            }
        } finally {
            admin.shutdown();
        }
    }

    private static int subscribed(TestRedis redis) {
        return subscribed(redis, ITS_ROOMS);
    }

    private static int subscribed(TestRedis redis, String channels) {
        RedisClient admin = RedisClient.create(redis.url());
        try {
            return admin.connect().sync().pubsubChannels(channels).size();
        } finally {
            admin.shutdown();
        }
    }

    private static Adapter open(TestRedis redis) {
        return open(redis, Map.of());
    }

    private static Adapter open(TestRedis redis, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "roomcast.adapter",
                "redis",
                "REDIS_URL",
                redis.url(),
                // A busy machine takes long to confirm so many rooms.
                "roomcast.redis.command-timeout",
                "60s",
                "roomcast.limit.rooms-per-member",
                String.valueOf(ROOMS)));
        config.putAll(more);
        Adapter adapter = Adapters.open(AdapterConfig.of(config));
        done(adapter.ready());
        return adapter;
    }

    private static void joinAll(Adapter node, Consumer<Packet> heard) {
        Member member = node.add(Connection.of("member", heard::accept, why -> {}));
        done(node.join(
                member, IntStream.range(0, ROOMS).mapToObj(i -> "room" + i).collect(Collectors.toSet())));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
