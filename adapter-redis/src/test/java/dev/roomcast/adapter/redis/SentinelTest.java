package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestRedis;
import dev.roomcast.testredis.TestSentinel;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport follows the master that the Sentinels name. */
@Timeout(120)
class SentinelTest {

    @Test
    void theMasterIsFollowed() throws Exception {
        try (TestSentinel sentinel = TestSentinel.start()) {
            TestRedis first = sentinel.master();
            try (Opened node = Opened.at(sentinel.url()).whenUp()) {
                assertEquals(first.url(), node.said().await(LINK_UP).subject());

                first.kill();
                sentinel.awaitSuccessorOf(first);
                node.said().await(LINK_DOWN);
                node.said().await(2, LINK_UP);
                TestRedis second = sentinel.master();
                assertEquals(second.url(), node.said().all(LINK_UP).get(1).subject());

                first.restart();
                sentinel.awaitReplica();
                // The first Sentinel that was asked is gone; any other one knows.
                sentinel.sentinel(0).kill();
                sentinel.failOver();
                node.said().await(3, LINK_UP);
                node.said().await(3, Recording.What.PUBLISHING);
                assertEquals(first.url(), node.said().all(LINK_UP).get(2).subject());
                node.subscribe("room");
                node.publish("room", "hello");
                node.said().await(FRAME, "room");
            }
        }
    }

    @Test
    void anUnknownMasterIsSaidToBeSo() throws Exception {
        try (TestRedis alone = TestRedis.start("--sentinel");
                Opened node = Opened.at("redis-sentinel://127.0.0.1:" + alone.port() + "#nobody")) {
            String message = String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
            assertTrue(message.contains("knows no master of the name nobody"), message);
            assertTrue(message.contains("roomcast.redis.url (REDIS_URL)"), message);
        }
    }
}
