package dev.roomcast.examples.servers.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a fleet on a server goes through: connections that are stuck, a node that is killed and replaced, one that stands still, a Redis
 * that is restarted, clients that come and go. Each scenario leaves two nodes to the next one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class ServerFaults {

    private static final String STUCK_USER = "stuck";
    private static final int STUCK = 70;
    /** More of them hold no thread of the adapter's. */
    private static final int MOST_STUCK = 64;

    private static final int PACKET = 100;
    /** These may all wait for one of them. */
    private static final int FEW_PACKETS = 500;
    /** These may not. */
    private static final int TOO_MANY_PACKETS = 1_200;

    private static final int LARGE_PACKET = 1_000;
    private static final int IN_FLIGHT = 100;
    /** Messages that a node sends in more than the timeout of heartbeats, if it beats. */
    private static final int HEARTBEATS = 12;

    /** How long a node stands still; until it is given up, in any case. */
    private static final Duration STILL = Duration.ofSeconds(Integer.getInteger("faults.still-seconds", 0));

    private static final int CLIENTS = 1_000;
    /** Within which time they come. */
    private static final Duration CLIENTS_OVER = Duration.ofSeconds(Integer.getInteger("faults.clients-seconds", 0));

    private static final int CLIENTS_BEFORE = 200;
    private static final int ROOMS = 50;
    private static final int CLIENTS_AT_ONCE = 10;
    /** Of one kind of object; one for each client would be a leak. */
    private static final int FEW = 400;

    private final Class<?> main;
    private final TestRedis redis = TestRedis.start();
    private final Map<String, String> environment = new HashMap<>();
    private final List<ServerProcess> nodes = new ArrayList<>();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(CLIENTS_AT_ONCE);

    /**
     * The scenarios for one server.
     *
     * @param main the class whose {@code main} runs it
     */
    protected ServerFaults(Class<?> main) {
        this.main = main;
    }

    @BeforeAll
    void start() {
        environment.put("REDIS_URL", redis.url());
        environment.put("CHAT_STUCK_USER", STUCK_USER);
        environment.put("ROOMCAST_HEARTBEAT_INTERVAL", "1s");
        environment.put("ROOMCAST_HEARTBEAT_TIMEOUT", "5s");
        nodes.add(ServerProcess.start("alpha", main, environment));
        nodes.add(ServerProcess.start("beta", main, environment));
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        nodes.forEach(ServerProcess::close);
        redis.close();
    }

    @Test
    @Order(1)
    void connectionsWhoseSendNeverReturnsHoldUpNobody() throws Exception {
        ServerProcess alpha = nodes.get(0);
        ServerProcess beta = nodes.get(1);
        List<ChatClient> stuck = new ArrayList<>();
        try (ChatClient ann = ChatClient.join(alpha, "stuck", "ann", "ann");
                ChatClient bob = ChatClient.join(beta, "stuck", "bob", "bob")) {
            for (int i = 0; i < STUCK; i++) {
                stuck.add(ChatClient.join(alpha, "stuck", STUCK_USER, STUCK_USER + i));
            }
            bob.awaitMembers(STUCK + 2);
            long start = System.nanoTime();
            long heartbeats = alpha.health("messages.sent") + HEARTBEATS;
            AtomicInteger sent = new AtomicInteger();
            Await.until(
                    () -> "some are given up, and it beats: " + alpha.healthInShort(),
                    () -> alpha.health("members.given_up") >= STUCK - MOST_STUCK
                            && alpha.health("messages.sent") >= heartbeats,
                    () -> {
                        if (sent.get() < FEW_PACKETS) {
                            sayNext("few", sent, bob, ann);
                        }
                        assertEquals("UP", beta.status());
                    });
            tell(
                    "%d of %d stuck connections are left after %d packets and %d ms",
                    MOST_STUCK, STUCK, sent.get(), millisSince(start));
            bob.awaitMembers(MOST_STUCK + 2);

            for (int i = 0; i < TOO_MANY_PACKETS; i++) {
                bob.say(NumberedPackets.packet("many", i, LARGE_PACKET));
                if ((i + 1) % IN_FLIGHT == 0) {
                    ann.awaitCount("many", i + 1);
                    bob.awaitCount("many", i + 1);
                }
            }
            await("all of them are given up", () -> alpha.health("members.given_up") == STUCK);
            bob.awaitMembers(2);
            tell("none is left after %d ms; %s", millisSince(start), alpha.healthInShort());
            for (ChatClient client : List.of(ann, bob)) {
                NumberedPackets.assertReceived(client, "few", IntStream.range(0, sent.get()));
                NumberedPackets.assertReceived(client, "many", IntStream.range(0, TOO_MANY_PACKETS));
            }
            assertEquals("UP", beta.status());
            assertEquals(2, beta.health("nodes"));
            assertEquals(0, beta.health("losses.possible") + beta.health("frames.lost"));
        } finally {
            stuck.forEach(ChatClient::abort);
        }
    }

    @Test
    @Order(2)
    void aNodeThatIsKilledIsToldAndReplaced() throws Exception {
        ServerProcess alpha = nodes.get(0);
        ServerProcess beta = nodes.get(1);
        try (ChatClient ann = ChatClient.join(alpha, "killed", "ann", "ann");
                ChatClient bob = ChatClient.join(beta, "killed", "bob", "bob")) {
            ann.say("last words");
            bob.await("last words");
            long losses = beta.health("losses.possible");
            long start = System.nanoTime();

            alpha.kill();

            bob.say("alone");
            bob.await("alone");
            await("the other node says that it is gone", () -> beta.health("nodes") == 1);
            await("what may be lost is told", () -> beta.health("losses.possible") > losses);
            tell("a node that was killed is told after %d ms", millisSince(start));
            assertEquals("UP", beta.status());
        } finally {
            nodes.set(0, ServerProcess.start("gamma", main, environment));
        }
        try (ChatClient ann = ChatClient.join(nodes.get(0), "killed", "ann", "ann");
                ChatClient bob = ChatClient.join(beta, "killed", "bob", "bob")) {
            assertPacketsCross(ann, bob, "replaced");
        }
    }

    @Test
    @Order(3)
    void nodesHearEachOtherAgainAfterOneStoodStill() throws Exception {
        ServerProcess gamma = nodes.get(0);
        ServerProcess beta = nodes.get(1);
        try (ChatClient ann = ChatClient.join(gamma, "still", "ann", "ann");
                ChatClient bob = ChatClient.join(beta, "still", "bob", "bob")) {
            assertPacketsCross(ann, bob, "before");
            long losses = gamma.health("losses.possible");
            long lossesOfBeta = beta.health("losses.possible");
            long start = System.nanoTime();

            AtomicInteger sent = new AtomicInteger();
            beta.standStill();
            try {
                Await.until(
                        () -> "a node that stands still is given up",
                        () -> gamma.health("nodes") == 1 && System.nanoTime() - start >= STILL.toNanos(),
                        () -> sayNext("meanwhile", sent, ann, ann));
            } finally {
                beta.goOn();
            }

            await("both know each other again", () -> gamma.health("nodes") == 2 && beta.health("nodes") == 2);
            // A connection that seems not to have answered in time is made anew, and what is sent meanwhile is told as
            // lost.
            awaitCrossing(ann, bob, "after ann");
            awaitCrossing(bob, ann, "after bob");
            tell("nodes hear each other again after %d ms, and %d packets meanwhile", millisSince(start), sent.get());
            assertTrue(
                    gamma.health("losses.possible") > losses, "what the node that stood still may have sent is told");
            await(
                    "each packet has come, or a loss is told",
                    () -> bob.count("meanwhile") == sent.get() || beta.health("losses.possible") > lossesOfBeta);
        }
    }

    @Test
    @Order(4)
    void packetsCrossAgainAfterRedisWasRestarted() throws Exception {
        try (ChatClient ann = ChatClient.join(nodes.get(0), "restart", "ann", "ann");
                ChatClient bob = ChatClient.join(nodes.get(1), "restart", "bob", "bob")) {
            assertPacketsCross(ann, bob, "before");
            redis.kill();
            for (ServerProcess node : nodes) {
                await("it says that Redis is away", () -> node.status().equals("DEGRADED"));
            }
            ann.say("here alone");
            ann.await("here alone");
            long start = System.nanoTime();
            redis.restart();
            for (ServerProcess node : nodes) {
                await("it says that Redis is back", () -> node.status().equals("UP"));
            }
            assertPacketsCross(ann, bob, "after");
            tell("packets cross %d ms after Redis was started again", millisSince(start));
        }
    }

    @Test
    @Order(5)
    void clientsThatComeAndGoLeaveNothing() throws Exception {
        ServerProcess node = nodes.get(0);
        comeAndGo(node, CLIENTS_BEFORE, Duration.ZERO);
        Remains before = Remains.of(node);
        long start = System.nanoTime();
        comeAndGo(node, CLIENTS, CLIENTS_OVER);
        long took = millisSince(start);
        Remains after = Await.value(
                () -> Remains.of(node),
                now -> now.moreThan(before, FEW).isEmpty(),
                now -> "this is gone: " + now.moreThan(before, FEW));
        tell("%d clients came and went in %d ms; before %s, after %s", CLIENTS, took, before, after);
    }

    private void comeAndGo(ServerProcess node, int clients, Duration over) throws Exception {
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            // Nodes remember rooms that they have published to, and servers paths, within bounds.
            String id = "guest-" + i % CLIENTS_BEFORE;
            String room = "room-" + i % ROOMS;
            Callable<Void> come = () -> {
                try (ChatClient client = ChatClient.join(node, room, id, id)) {
                    client.say("I am " + id);
                    client.await("I am " + id);
                }
                return null;
            };
            done.add(threads.schedule(come, over.toNanos() / clients * i, TimeUnit.NANOSECONDS));
        }
        for (Future<?> one : done) {
            one.get(Patience.SECONDS + over.toSeconds(), TimeUnit.SECONDS);
        }
        await("all are gone", () -> node.health("clients") == 0);
    }

    private static void sayNext(String name, AtomicInteger sent, ChatClient from, ChatClient to) throws Exception {
        from.say(NumberedPackets.packet(name, sent.getAndIncrement(), PACKET));
        to.awaitCount(name, sent.get());
    }

    /** Says it until the other one hears it. */
    private static void awaitCrossing(ChatClient from, ChatClient to, String text) throws Exception {
        AtomicInteger sent = new AtomicInteger();
        Await.until(() -> to + " hears " + text, () -> to.count(text) > 0, () -> {
            from.say(text);
            from.awaitCount(text, sent.incrementAndGet());
        });
    }

    private static void assertPacketsCross(ChatClient ann, ChatClient bob, String when) throws InterruptedException {
        ann.say(when + " ann");
        bob.await(when + " ann");
        bob.say(when + " bob");
        ann.await(when + " bob");
    }

    private static void await(String what, Callable<Boolean> come) throws Exception {
        Await.until(() -> what, come);
    }

    private void tell(String figures, Object... values) {
        System.out.println(getClass().getSimpleName() + ": " + figures.formatted(values));
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
