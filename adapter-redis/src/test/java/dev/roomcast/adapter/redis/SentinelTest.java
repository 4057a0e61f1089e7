package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.REMARK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestRedis;
import dev.roomcast.testredis.TestSentinel;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport follows the master that the Sentinels name. */
@Tag("full")
@Timeout(600)
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

    @Test
    void aSentinelThatAsksForAPasswordNamesItsOwn() throws Exception {
        try (TestRedis secured = TestRedis.start("--sentinel", "--requirepass", "s-1")) {
            String url = "redis-sentinel://:m-1@127.0.0.1:" + secured.port() + "#nobody";
            String sentinel = "the Sentinel at redis://127.0.0.1:" + secured.port();
            String missing = failure(Opened.at(url));
            assertTrue(missing.contains(sentinel + " asks for a password (NOAUTH"), missing);
            assertTrue(missing.contains("roomcast.redis.sentinel-password (REDIS_SENTINEL_PASSWORD)"), missing);
            assertFalse(missing.contains("roomcast.redis.password"), missing);

            String wrong = failure(Opened.at(url, "roomcast.redis.sentinel-password", "s-2"));
            assertTrue(wrong.contains(sentinel + " refused the user or the password (WRONGPASS"), wrong);
            assertTrue(wrong.contains("REDIS_SENTINEL_PASSWORD"), wrong);
            assertFalse(wrong.contains("s-2"), wrong);

            String right = failure(Opened.at(url, "roomcast.redis.sentinel-password", "s-1"));
            assertTrue(right.contains("knows no master of the name nobody"), right);
        }
    }

    @Test
    void eachSentinelSaysWhyItIsOfNoUse() throws Exception {
        try (TestRedis alone = TestRedis.start("--sentinel");
                TestRedis gone = TestRedis.start("--sentinel")) {
            gone.kill();
            String message = failure(
                    Opened.at("redis-sentinel://127.0.0.1:" + gone.port() + ",127.0.0.1:" + alone.port() + "#nobody"));
            assertTrue(
                    message.contains("127.0.0.1:" + gone.port() + " cannot be reached: connection refused"), message);
            assertTrue(message.contains("127.0.0.1:" + alone.port() + " knows no master of the name nobody"), message);
        }
    }

    @Test
    void sentinelsThatAreAllAwayAreRemarkedWhileTheMasterIsThere() throws Exception {
        try (TestSentinel sentinel = TestSentinel.start();
                Opened node = Opened.at(sentinel.url()).whenUp()) {
            node.said()
                    .await(
                            1,
                            "a look that finds a Sentinel",
                            event -> event.is(REMARK) && event.text().isEmpty());
            for (int i = 0; i < 3; i++) {
                sentinel.sentinel(i).kill();
            }
            String remark = node.said()
                    .await(
                            1,
                            "a remark",
                            event -> event.is(REMARK) && !event.text().isEmpty())
                    .text();
            assertTrue(remark.contains("no Sentinel of redis://127.0.0.1:"), remark);
            assertTrue(remark.contains("cannot be reached: connection refused"), remark);
            node.subscribe("room");
            node.publish("room", "hello");
            node.said().await(FRAME, "room");
            assertEquals(1, node.said().all(LINK_UP).size());
            assertTrue(node.said().all(LINK_FAILED).isEmpty());
        }
    }

    private static String failure(Opened opened) throws InterruptedException {
        try (Opened node = opened) {
            return String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
        }
    }
}
