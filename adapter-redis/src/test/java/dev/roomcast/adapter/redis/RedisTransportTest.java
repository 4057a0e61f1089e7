package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.ACCEPTED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNAVAILABLE;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a transport does while its Redis is well. */
@Timeout(600)
class RedisTransportTest {

    private final TestRedis redis = TestRedis.shared();
    private final String prefix = UUID.randomUUID() + ".";

    private Opened open() throws InterruptedException {
        return Opened.at(redis.url()).whenUp();
    }

    private List<String> channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void ownFramesComeBack() throws Exception {
        try (Opened node = open()) {
            node.subscribe(prefix + "room");
            node.publish(prefix + "room", "hello");

            assertEquals("hello", node.said().await(FRAME, prefix + "room").text());
            node.said().await(ACCEPTED, prefix + "room");
            assertSame(
                    node.said().await(LINK_UP).link(), node.said().await(FRAME).link(), "the link of this life");
        }
    }

    @Test
    void framesReachAnotherNodeInTheOrderOfTheirPasses() throws Exception {
        int frames = 10_000;
        try (Opened sender = open();
                Opened receiver = open()) {
            receiver.subscribe(prefix + "a");
            receiver.subscribe(prefix + "b");

            List<Outgoing> pass = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                pass.add(sender.said().frame(prefix + (i % 3 == 0 ? "a" : "b"), String.valueOf(i)));
                if (i % 7 == 0 || i == frames - 1) {
                    sender.transport().publish(List.copyOf(pass));
                    pass.clear();
                }
            }

            sender.said().await(frames, ACCEPTED);
            receiver.said().await(frames, FRAME);
            List<String> expected =
                    IntStream.range(0, frames).mapToObj(String::valueOf).toList();
            assertEquals(expected, texts(receiver, FRAME));
            assertEquals(expected, texts(sender, ACCEPTED), "answered in order");
        }
    }

    private static List<String> texts(Opened node, Recording.What what) {
        return node.said().all(what).stream().map(Recording.Event::text).toList();
    }

    @Test
    void eachOfManyChannelsIsConfirmedOnce() throws Exception {
        List<String> channels = channels(2_000);
        try (Opened node = open()) {
            inBatches(channels, node.transport()::subscribe);
            node.said().await(2_000, SUBSCRIBED);
            inBatches(channels.subList(0, 1_000), node.transport()::unsubscribe);
            node.said().await(1_000, UNSUBSCRIBED);
            node.subscribe(prefix + "last");

            assertEquals(channels, subjects(node, SUBSCRIBED).subList(0, 2_000));
            assertEquals(2_001, node.said().all(SUBSCRIBED).size());
            assertEquals(channels.subList(0, 1_000), subjects(node, UNSUBSCRIBED));
        }
    }

    private static List<String> subjects(Opened node, Recording.What what) {
        return node.said().all(what).stream().map(Recording.Event::subject).toList();
    }

    private static void inBatches(List<String> channels, java.util.function.Consumer<List<String>> ask) {
        for (int from = 0; from < channels.size(); from += 512) {
            ask.accept(channels.subList(from, Math.min(from + 512, channels.size())));
        }
    }

    @Test
    void nothingComesOnAChannelThatWasGivenUp() throws Exception {
        try (Opened node = open()) {
            node.subscribe(prefix + "left");
            node.subscribe(prefix + "kept");
            node.transport().unsubscribe(List.of(prefix + "left"));
            node.said().await(UNSUBSCRIBED, prefix + "left");

            node.publish(prefix + "left", "no");
            node.publish(prefix + "kept", "yes");

            node.said().await(FRAME, prefix + "kept");
            assertEquals(List.of("yes"), texts(node, FRAME));
        }
    }

    @Test
    void aLinkThatIsResetIsDownOnceAndFollowedByAnother() throws Exception {
        try (Opened node = open()) {
            Link first = Objects.requireNonNull(node.said().await(LINK_UP).link());
            node.subscribe(prefix + "room");
            node.transport().reset(first, "for the test");
            node.transport().reset(first, "for the test, again");

            assertTrue(String.valueOf(node.said().await(LINK_DOWN).why()).contains("for the test"));
            node.said().await(2, LINK_UP);
            node.said().await(2, PUBLISHING);
            node.subscribe(prefix + "other");
            node.transport().reset(first, "it is down already");
            node.publish(prefix + "room", "not subscribed any more");
            node.publish(prefix + "other", "yes");

            node.said().await(FRAME, prefix + "other");
            assertEquals(List.of("yes"), texts(node, FRAME));
            assertEquals(1, node.said().all(LINK_DOWN).size());
        }
    }

    @Test
    void theLargestFrameArrives() throws Exception {
        try (Opened node = open()) {
            String large = "x".repeat(node.transport().capabilities().maxFrameBytes());
            node.subscribe(prefix + "room");
            node.publish(prefix + "room", large);

            assertEquals(large, node.said().await(FRAME).text());
        }
    }

    @Test
    void connectionsHaveNames() throws Exception {
        try (Opened node = open()) {
            RedisClient client = RedisClient.create(redis.url());
            try {
                String list = client.connect().sync().clientList();
                assertTrue(list.contains("name=roomcast-pub-" + node.nodeName() + " "), list);
                assertTrue(list.contains("name=roomcast-sub-" + node.nodeName() + " "), list);
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void aNodeMayHaveAnyName() throws Exception {
        Recording said = new Recording();
        MapSettings settings =
                new MapSettings("Zoë's node\n" + "x".repeat(300), Map.of("roomcast.redis.url", redis.url()));
        try (Opened node = new Opened(new RedisTransportProvider().open(settings, said), said, "")) {
            node.whenUp();
        }
    }

    @Test
    void closingLeavesNoThreadAndSaysNothingMore() throws Exception {
        Opened node = open();
        node.subscribe(prefix + "room");
        int said = node.said().all().size();
        Set<Thread> threads = threadsOf(node.nodeName());
        assertFalse(threads.isEmpty());

        node.close();
        node.close();

        assertEnd(threads);
        // Closing may have started one more.
        assertEnd(threadsOf(node.nodeName()));
        assertEquals(Set.of(), threadsOf(node.nodeName()));
        assertEquals(said, node.said().all().size(), () -> node.said().all().toString());
        node.publish(prefix + "room", "too late");
        node.transport().subscribe(List.of(prefix + "other"));
        assertEquals(
                List.of(Recording.What.NOT_SENT, UNAVAILABLE),
                node.said().all().subList(said, said + 2).stream()
                        .map(Recording.Event::what)
                        .toList());
    }

    @Test
    void closingWhileConnectingLeavesNoThread() throws Exception {
        for (int i = 0; i < 20; i++) {
            Opened node = Opened.at(redis.url());
            node.close();
            assertEnd(threadsOf(node.nodeName()));
        }
    }

    private static Set<Thread> threadsOf(String node) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(node + "-"))
                .collect(Collectors.toSet());
    }

    /** The last one tells that it has ended when it has nothing left to do but to end. */
    private static void assertEnd(Set<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(20_000);
            assertFalse(thread.isAlive(), thread.getName());
        }
    }
}
