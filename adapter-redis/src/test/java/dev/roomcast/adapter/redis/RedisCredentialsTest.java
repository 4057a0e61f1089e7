package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.ACCEPTED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.NOT_PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.NOT_SENT;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.REFUSED;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users and passwords that change while both connections live. */
@Timeout(600)
class RedisCredentialsTest {

    private static final String[] USERS = {
        "--user", "alice", "on", ">a-1", ">a-2", "&*", "-@all", "+publish", "+subscribe", "+unsubscribe", "+ping",
        "--user", "bob", "on", ">b-1", "resetchannels", "&b.*", "-@all", "+publish", "+subscribe", "+unsubscribe",
                "+ping"
    };

    private final TestRedis redis = TestRedis.start(USERS);
    private final RedisClient client = RedisClient.create(redis.url());
    private final RedisCommands<String, String> admin = client.connect().sync();
    private final RedisCredentials credentials = new RedisCredentials("alice", "a-1");

    @AfterEach
    void stop() {
        client.shutdown();
        redis.close();
    }

    private Opened open(String url, String... more) {
        Map<String, String> values = new HashMap<>(Map.of("roomcast.redis.url", url));
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return Opened.by(new RedisTransportProvider().withCredentials(credentials), values);
    }

    /** Asks Redis until it says so. */
    private void awaitThat(Predicate<RedisCommands<String, String>> truth, String what) {
        long deadline = Patience.deadline();
        while (!truth.test(admin)) {
            assertTrue(System.nanoTime() < deadline, () -> "awaited " + what + ", but there is\n" + admin.clientList());
        }
    }

    private static boolean isUser(String clients, String connection, String user) {
        return clients.lines()
                .anyMatch(line -> line.contains("name=" + connection + " ") && line.contains(" user=" + user));
    }

    private void awaitBothAre(Opened node, String user) {
        awaitThat(
                redis -> isUser(redis.clientList(), "roomcast-pub-" + node.nodeName(), user)
                        && isUser(redis.clientList(), "roomcast-sub-" + node.nodeName(), user),
                "both connections to be of " + user);
    }

    private long auths() {
        return admin.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_auth:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void newCredentialsAreSentOnBothConnectionsOnce() throws Exception {
        try (Opened node = open(redis.url()).whenUp()) {
            awaitBothAre(node, "alice");
            node.subscribe("b.room");
            long before = auths();

            credentials.renew("bob", "b-1");

            awaitBothAre(node, "bob");
            assertEquals(2, auths() - before);
            node.publish("b.room", "hello");
            assertEquals("hello", node.said().await(FRAME).text());
            credentials.renew("bob", "b-1");
            node.subscribe("b.other");
            assertEquals(2, auths() - before, "the same again is nothing to say");
            assertEquals(1, node.said().all(LINK_UP).size());
        }
    }

    @Test
    void commandsKeepTheirAnswersWhileCredentialsAreRenewed() throws Exception {
        int rounds = 100;
        try (Opened node =
                open(redis.url(), "roomcast.redis.ping-interval", "1ms").whenUp()) {
            node.subscribe("b.room");
            for (int round = 0; round < rounds; round++) {
                int number = round;
                List<String> channels = IntStream.range(0, 20)
                        .mapToObj(i -> "b." + number + "." + i)
                        .toList();
                node.transport().subscribe(channels);
                credentials.renew(
                        round % 2 == 0 ? "bob" : "alice", round % 2 == 0 ? "b-1" : "a-" + (1 + round / 2 % 2));
                node.publish("b.room", "hello");
                node.transport().unsubscribe(channels.subList(0, 10));
            }
            node.said().await(rounds, FRAME);
            node.said().await(1 + rounds * 20, SUBSCRIBED);
            node.said().await(rounds * 10, UNSUBSCRIBED);
            credentials.renew("bob", "b-1");
            awaitBothAre(node, "bob");
            node.transport().subscribe(List.of("forbidden"));
            node.said().await(REFUSED, "forbidden");

            assertEquals(1 + rounds * 20, node.said().all(SUBSCRIBED).size());
            assertTrue(node.said().all(LINK_DOWN).isEmpty());
            assertTrue(node.said().all(NOT_PUBLISHING).isEmpty());
        }
    }

    @Test
    void theNextConnectionsAreMadeByTheNewestCredentials() throws Exception {
        try (Opened node = open(redis.url()).whenUp()) {
            node.subscribe("room");
            credentials.renew("alice", "a-2");
            admin.aclSetuser("alice", AclSetuserArgs.Builder.removePassword("a-1"));
            awaitBothAre(node, "alice");
            admin.clientKill(KillArgs.Builder.typePubsub());
            node.said().await(2, LINK_UP);
            assertEquals(
                    List.of(),
                    node.said().all(LINK_FAILED),
                    () -> node.said().all().toString());
        }
    }

    @Test
    void credentialsThatAreRenewedWhileAConnectionIsMadeAreSentWhenItIs() throws Exception {
        AtomicBoolean isFirst = new AtomicBoolean(true);
        LoopbackProxy.Tap renewing = (bytes, count) -> {
            if (isFirst.getAndSet(false)) {
                credentials.renew("bob", "b-1");
            }
        };
        try (LoopbackProxy proxy = new LoopbackProxy(redis.port(), () -> renewing);
                Opened node = open(proxy.url()).whenUp()) {
            awaitBothAre(node, "bob");
        }
    }

    @Test
    void credentialsThatAreRefusedLeaveTheConnectionsAsTheyWere() throws Exception {
        try (Opened node = open(redis.url()).whenUp()) {
            credentials.renew("alice", "wrong-secret");
            awaitThat(redis -> refusedLogins() == 2, "two refused logins");
            node.subscribe("room");
            node.publish("room", "hello");
            node.said().await(FRAME);
            assertTrue(node.said().all(LINK_DOWN).isEmpty());

            admin.clientKill(KillArgs.Builder.typePubsub());
            String remedy = "Correct the RedisCredentials that are given in code";
            String message = String.valueOf(node.said()
                    .await(
                            1,
                            remedy,
                            event -> event.is(LINK_FAILED)
                                    && String.valueOf(event.why()).contains(remedy))
                    .why());
            assertFalse(message.contains("secret"), message);
            credentials.renew("alice", "a-2");
            node.said().await(2, LINK_UP);
        }
    }

    private long refusedLogins() {
        return admin.aclLog().stream()
                .filter(entry -> "auth".equals(entry.get("reason")))
                .mapToLong(entry -> Long.parseLong(String.valueOf(entry.get("count"))))
                .sum();
    }

    @Test
    void credentialsInCodeWinOverThoseOfTheUrl() throws Exception {
        try (Opened node =
                open(redis.url().replace("redis://", "redis://alice:other@")).whenUp()) {
            awaitBothAre(node, "alice");
        }
    }

    @Test
    void theDefaultUserNeedsNoName() throws Exception {
        admin.aclSetuser("default", AclSetuserArgs.Builder.addPassword("d-1"));
        RedisCredentials ofDefault = new RedisCredentials("", "d-1");
        try (Opened node = Opened.by(
                        new RedisTransportProvider().withCredentials(ofDefault),
                        Map.of("roomcast.redis.url", redis.url()))
                .whenUp()) {
            admin.aclSetuser("default", AclSetuserArgs.Builder.addPassword("d-2"));
            long before = auths();
            ofDefault.renew("", "d-2");
            awaitThat(redis -> auths() - before == 2, "two logins");
            assertTrue(node.said().all(LINK_DOWN).isEmpty());
            assertEquals(1, node.said().all(PUBLISHING).size());
        }
    }

    @Test
    void aPasswordMayBeOfAnyLetters() throws Exception {
        String password = "p\u00e4ss \u20ac \ud83d\udd11";
        admin.aclSetuser("alice", AclSetuserArgs.Builder.addPassword(password));
        RedisCredentials ofAlice = new RedisCredentials("alice", password);
        for (String protocol : List.of("resp2", "resp3")) {
            try (Opened node = Opened.by(
                            new RedisTransportProvider().withCredentials(ofAlice),
                            Map.of("roomcast.redis.url", redis.url(), "roomcast.redis.protocol", protocol))
                    .whenUp()) {
                node.subscribe("alices.room");
            }
        }
    }

    /** There a connection that is subscribed may say little else; it goes on until the server ends it. */
    @Test
    void whereOnlyResp2IsSpokenTheSubscribedConnectionGoesOnAsItWas() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(USERS));
        arguments.addAll(List.of("--rename-command", "HELLO", ""));
        try (TestRedis old = TestRedis.start(arguments.toArray(String[]::new));
                Opened node = open(old.url()).whenUp()) {
            node.subscribe("b.room");
            credentials.renew("bob", "b-1");
            node.subscribe("alices.room");
            boolean refused = false;
            for (int i = 0; !refused; i++) {
                // Refused as soon as the publish connection is bob's.
                node.publish("alices.room", String.valueOf(i));
                Recording.Event answer =
                        node.said().await(i + 1, "an answer", event -> event.is(ACCEPTED) || event.is(NOT_SENT));
                refused = answer.is(NOT_SENT);
            }
            node.publish("b.room", "hello");
            node.said().await(FRAME, "b.room");
            assertTrue(node.said().all(LINK_DOWN).isEmpty());
        }
    }

    @Test
    void nothingIsShown() {
        assertFalse(credentials.toString().contains("a-1"));
        assertFalse(credentials.logins().login().toString().contains("a-1"));
        assertFalse(credentials.logins().login().toString().contains("alice"));
        assertThrows(IllegalArgumentException.class, () -> credentials.renew("alice", ""));
        assertThrows(IllegalArgumentException.class, () -> new RedisCredentials("alice", ""));
    }
}
