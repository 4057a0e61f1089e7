package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.DROPPED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestRedis;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscription that ends although nobody has given it up. Redis itself cannot be made to, so it is said for it. */
@Timeout(600)
class DroppedChannelTest {

    private final String prefix = UUID.randomUUID() + ".";

    @Test
    void aSubscriptionThatEndsUnaskedIsToldAsDropped() throws Exception {
        try (LoopbackProxy proxy = new LoopbackProxy(TestRedis.shared().port());
                Opened node = Opened.at(proxy.url()).whenUp()) {
            node.subscribe(prefix + "room");
            node.subscribe(prefix + "other");
            proxy.endSubscription(prefix + "room");

            Recording.Event dropped = node.said().await(DROPPED, prefix + "room");
            assertSame(node.said().await(LINK_UP).link(), dropped.link());
            assertTrue(dropped.text().contains("unasked"), dropped.text());
            assertEquals(0, node.said().all(UNSUBSCRIBED).size());

            node.transport().subscribe(List.of(prefix + "room"));
            node.said().await(3, SUBSCRIBED);
            node.publish(prefix + "room", "back");
            node.publish(prefix + "other", "undisturbed");
            assertEquals("back", node.said().await(FRAME, prefix + "room").text());
            node.said().await(FRAME, prefix + "other");
            assertEquals(1, node.said().all(DROPPED).size());
            assertEquals(0, node.said().all(LINK_DOWN).size());
        }
    }

    @Test
    void answersAreNotTakenForDrops() throws Exception {
        try (LoopbackProxy proxy = new LoopbackProxy(TestRedis.shared().port());
                Opened node = Opened.at(proxy.url()).whenUp()) {
            for (int i = 0; i < 20; i++) {
                node.transport().subscribe(List.of(prefix + i, prefix + "x" + i));
                node.transport().unsubscribe(List.of(prefix + i, prefix + "x" + i));
            }
            node.said().await(40, UNSUBSCRIBED);
            assertEquals(0, node.said().all(DROPPED).size());
        }
    }
}
