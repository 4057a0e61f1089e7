package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.DROPPED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.REFUSED;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNAVAILABLE;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.testredis.TestCluster;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An error that answers SUBSCRIBE or UNSUBSCRIBE costs the channels of that command, and never the link. */
@Timeout(600)
class SubscribeErrorsTest {

    private final String prefix = UUID.randomUUID() + ".";

    @Test
    void aBusyServerIsAskedAgain() throws Exception {
        try (TestRedis redis = TestRedis.start("--lua-time-limit", "200");
                Opened node = Opened.at(redis.url()).whenUp()) {
            node.subscribe("room");
            RedisClient client = RedisClient.create(redis.url());
            try {
                RedisFuture<String> script =
                        client.connect().async().eval("while true do end", ScriptOutputType.STATUS);
                RedisCommands<String, String> admin = client.connect().sync();
                // The first answer comes when the script has exceeded its limit.
                String busy = String.valueOf(Assertions.assertThrows(RedisCommandExecutionException.class, admin::ping)
                        .getMessage());
                assertTrue(busy.startsWith("BUSY "), busy);
                node.transport().unsubscribe(List.of("room"));
                for (int i = 1; i <= 3; i++) {
                    node.transport().subscribe(List.of("other"));
                    node.said().await(i, "still busy", e -> e.is(UNAVAILABLE, "other"));
                }
                admin.scriptKill();
                script.exceptionally(killed -> "").toCompletableFuture().join();

                node.said().await(UNSUBSCRIBED, "room");
                node.subscribe("other");
                node.publish("other", "hello");
                assertEquals("hello", node.said().await(FRAME).text());
                assertEquals(List.of(), node.said().all(LINK_DOWN));
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void anUnknownErrorCostsItsChannelOnly() throws Exception {
        try (LoopbackProxy proxy = new LoopbackProxy(TestRedis.shared().port());
                Opened node = Opened.at(proxy.url()).whenUp()) {
            proxy.answer("ERR not today", "SUBSCRIBE", prefix + "bad");
            List<String> good = List.of(prefix + 1, prefix + 2, prefix + 3);
            node.transport().subscribe(List.of(good.get(0), prefix + "bad", good.get(1), good.get(2)));
            Recording.Event refused = node.said().await(REFUSED, prefix + "bad");
            assertTrue(String.valueOf(refused.why()).contains("ERR not today"), String.valueOf(refused.why()));
            node.said().await(3, SUBSCRIBED);
            for (String channel : good) {
                node.publish(channel, "hello");
                node.said().await(FRAME, channel);
            }
            assertEquals(List.of(), node.said().all(LINK_DOWN));
            assertEquals(1, node.said().all(REFUSED).size());
        }
    }

    @Test
    void aChannelThatCannotBeGivenUpCostsNoOther() throws Exception {
        try (LoopbackProxy proxy = new LoopbackProxy(TestRedis.shared().port());
                Opened node = Opened.at(proxy.url()).whenUp()) {
            proxy.answer("ERR not today", "UNSUBSCRIBE", prefix + "kept");
            node.subscribe(prefix + "kept");
            node.subscribe(prefix + "other");
            node.transport().unsubscribe(List.of(prefix + "kept"));
            node.said().await(UNSUBSCRIBED, prefix + "kept");
            node.publish(prefix + "kept", "nobody listens any more");
            node.publish(prefix + "other", "hello");
            node.said().await(FRAME, prefix + "other");
            node.transport().subscribe(List.of(prefix + "kept"));
            node.said().await(3, SUBSCRIBED);
            node.publish(prefix + "kept", "again");
            assertEquals("again", node.said().await(FRAME, prefix + "kept").text());
            assertEquals(List.of(), node.said().all(LINK_DOWN));
        }
    }

    /** So it goes where a room is left while its slot moves. */
    @Test
    void aChannelThatIsGivenUpAfterItsSlotHasMovedCostsNoOther() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, 0);
                Opened node = Opened.at(cluster.url())) {
            node.said().await(3, LINK_UP);
            List<String> channels = IntStream.range(0, 300)
                    .mapToObj(i -> prefix + i)
                    .filter(channel -> cluster.masterOf(slotOf(channel), 0) == 1)
                    .toList();
            String moving = channels.get(0);
            String staying = channels.stream()
                    .filter(channel -> slotOf(channel) != slotOf(moving))
                    .findFirst()
                    .orElseThrow();
            node.subscribe(moving);
            node.subscribe(staying);
            cluster.move(slotOf(moving), slotOf(moving), 2);
            node.said().await(DROPPED, moving);

            node.transport().unsubscribe(List.of(moving));

            node.said().await(UNSUBSCRIBED, moving);
            node.publish(staying, "hello");
            node.said().await(FRAME, staying);
            assertEquals(List.of(), node.said().all(LINK_DOWN));
        }
    }

    private static int slotOf(String channel) {
        return Partitions.slot(Partitions.of(channel));
    }
}
