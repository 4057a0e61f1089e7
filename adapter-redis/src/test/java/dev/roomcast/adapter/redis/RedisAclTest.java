package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The least rights that do, as the provider's Javadoc names them, and what is said where one of them is missing. */
@Timeout(600)
class RedisAclTest {

    private static final String CHANNELS = "&app.*";

    private final TestRedis redis = TestRedis.start(users());
    private final RedisClient client = RedisClient.create(redis.url());
    private final RedisCommands<String, String> admin = client.connect().sync();

    private static String[] users() {
        List<String> rights = new ArrayList<>(List.of("resetchannels", CHANNELS));
        rights.addAll(SecuredRedis.LEAST_RIGHTS);
        List<String> arguments = new ArrayList<>();
        for (String missing : List.of("nothing", "+publish", "+subscribe", "+unsubscribe", "+ping", CHANNELS)) {
            arguments.addAll(List.of("--user", "without-" + missing.replaceAll("\\W", ""), "on", ">secret"));
            rights.stream().filter(right -> !right.equals(missing)).forEach(arguments::add);
        }
        return arguments.toArray(String[]::new);
    }

    @AfterEach
    void stop() {
        client.shutdown();
        redis.close();
    }

    private Adapter open(String user, String name) {
        return Adapters.open(AdapterConfig.of(Map.of(
                "REDIS_URL",
                redis.url().replace("redis://", "redis://" + user + ":secret@"),
                "roomcast.prefix",
                "app",
                "roomcast.unsubscribe.delay",
                "1ms",
                "roomcast.redis.ping-interval",
                "10ms",
                "roomcast.node.name",
                name)));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static String failure(CompletionStage<?> stage) {
        return String.valueOf(Assertions.assertThrows(CompletionException.class, () -> done(stage))
                .getCause()
                .getMessage());
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static Member add(Adapter adapter, String id, BlockingQueue<String> received) {
        return adapter.add(Connection.of(id, packet -> received.add(packet.text()), why -> received.add("closed")));
    }

    @Test
    void theLeastRightsDoForEverythingAndNothingIsDenied() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (Adapter a = open("without-nothing", "a");
                Adapter b = open("without-nothing", "b")) {
            done(a.ready());
            done(b.ready());
            Member member = add(b, "1", received);
            done(b.join(member, "news"));
            done(a.broadcast(Target.room("news"), Packet.text("hello")));
            assertEquals("hello", received.poll(Patience.SECONDS, TimeUnit.SECONDS));
            done(a.broadcast(Target.everyone(), Packet.text("all")));
            assertEquals("all", received.poll(Patience.SECONDS, TimeUnit.SECONDS));
            assertEquals(Set.of("news"), done(a.allRooms()));
            b.leave(member, "news");
            awaitNoSubscriberOf("app.");
            assertEquals(Health.Status.UP, a.health().status());
        }
        assertEquals(List.of(), admin.aclLog());
    }

    /** Asks Redis until nobody hears the room any more. */
    private void awaitNoSubscriberOf(String prefix) {
        long deadline = Patience.deadline();
        while (admin.pubsubChannels(prefix + "*").stream().anyMatch(channel -> channel.contains(".room."))) {
            assertTrue(System.nanoTime() < deadline, () -> "still there: " + admin.pubsubChannels());
        }
    }

    @Test
    void withoutTheChannelsTheChannelIsNamed() {
        try (Adapter a = open("without-app", "a")) {
            assertSays(failure(a.ready()), "channel app.", "NOPERM", "allow this user to subscribe");
        }
    }

    @Test
    void withoutSubscribeTheCommandIsNamed() {
        try (Adapter a = open("without-subscribe", "a")) {
            assertSays(failure(a.ready()), "channel app.", "NOPERM", "'subscribe'", "allow this user to subscribe");
        }
    }

    @Test
    void withoutPublishTheCommandIsNamed() {
        try (Adapter a = open("without-publish", "a")) {
            // The engine has not connected yet, or connects anew, which this server has no reason for but the machine
            // may have.
            String said = "not yet connected";
            while (said.contains("not yet")
                    || said.contains("has not been reached yet")
                    || said.contains("made anew")) {
                said = failure(a.broadcast(Target.everyone(), Packet.text("hello")));
            }
            assertSays(said, "NOPERM", "'publish'", "Redis at " + redis.url(), "Give this user the right");
        }
    }

    /** Frames of the channel keep coming, and nobody hears them: that costs no other channel its link. */
    @Test
    void withoutUnsubscribeTheLinkStays() throws Exception {
        String url = redis.url().replace("redis://", "redis://without-unsubscribe:secret@");
        try (Opened node = Opened.at(url).whenUp()) {
            node.subscribe("app.room");
            node.subscribe("app.other");
            node.transport().unsubscribe(List.of("app.room"));
            node.said().await(UNSUBSCRIBED, "app.room");
            node.publish("app.other", "hello");
            node.said().await(FRAME, "app.other");
            node.transport().subscribe(List.of("app.room"));
            node.said().await(3, SUBSCRIBED);
            assertEquals(List.of(), node.said().all(LINK_DOWN));
        }
    }

    @Test
    void withoutPingItWorks() {
        try (Adapter a = open("without-ping", "a")) {
            done(a.ready());
            done(a.broadcast(Target.everyone(), Packet.text("hello")));
        }
    }
}
