package dev.roomcast.examples.servers.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a server must do: two processes on a real Redis, clients on real sockets. The first scenario finds both JVMs cold, the last one
 * ends them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class ServerAcceptance {

    private static final int SENDERS = 6;
    private static final int BURST_PACKET = 100;
    /** How long a close frame waits for a client to read what is before it. */
    private static final long NANOS_FOR_CLOSE_FRAME = TimeUnit.SECONDS.toNanos(2);

    private static final int LONGEST = 64 * 1024;
    private static final int EXIT_AT_SIGTERM = 128 + 15;

    private final Class<?> main;
    private final int burst;
    private final Map<String, String> environment = new HashMap<>();
    private List<ServerProcess> nodes = List.of();

    /**
     * The scenarios for one server.
     *
     * @param main the class whose {@code main} runs it
     * @param burst how many packets the burst has
     */
    protected ServerAcceptance(Class<?> main, int burst) {
        this(main, burst, Map.of());
    }

    /**
     * The scenarios for one server, which is configured.
     *
     * @param main the class whose {@code main} runs it
     * @param burst how many packets the burst has
     * @param environment variables that configure it
     */
    protected ServerAcceptance(Class<?> main, int burst, Map<String, String> environment) {
        this.main = main;
        this.burst = burst;
        this.environment.putAll(environment);
    }

    @BeforeAll
    void start() {
        environment.put("REDIS_URL", TestRedis.shared().url());
        environment.put("ROOMCAST_PREFIX", "servers-" + UUID.randomUUID());
        nodes = List.of(
                ServerProcess.start("alpha", main, environment), ServerProcess.start("beta", main, environment));
    }

    @AfterAll
    void stop() {
        nodes.forEach(ServerProcess::close);
    }

    @Test
    @Order(1)
    void aBurstInAColdJvmReachesEverybodyInOrder() throws Exception {
        List<ChatClient> clients = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            clients.add(ChatClient.join(node(i), "burst", "user-" + i, "burst-" + i));
        }
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        try {
            CompletableFuture.allOf(IntStream.range(0, SENDERS)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> sayMany(clients.get(i), i), threads))
                            .toArray(CompletableFuture[]::new))
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            // Comes after all that its sender has said before it.
            for (ChatClient client : clients) {
                client.say("end");
            }
            for (ChatClient client : clients) {
                client.awaitCount("end", SENDERS);
            }
            tell("a burst of %d packets from a cold JVM to %d clients: %d ms", burst, SENDERS, millisSince(start));
            for (ChatClient client : clients) {
                for (int i = 0; i < SENDERS; i++) {
                    NumberedPackets.assertReceived(client, Integer.toString(i), IntStream.range(0, burst / SENDERS));
                }
            }
        } finally {
            tell("received %s, longest broadcast %s", received(clients), longestBroadcasts());
            threads.shutdownNow();
            clients.forEach(ChatClient::close);
        }
    }

    @Test
    @Order(2)
    void packetsCrossForRoomsAndUsers() throws Exception {
        try (ChatClient ann = ChatClient.join(node(0), "lobby", "ann", "ann-1");
                ChatClient annElsewhere = ChatClient.join(node(1), "garden", "ann", "ann-2");
                ChatClient bob = ChatClient.join(node(1), "lobby", "bob", "bob-1")) {
            bob.say("hello");
            ann.await("hello");
            bob.await("hello");

            bob.say("@ann psst");
            ann.await("@ann psst");
            annElsewhere.await("@ann psst");
            assertEquals(List.of("joined", "@ann psst"), annElsewhere.received(), "who is in another room");

            bob.say("for all");
            bob.await("for all");
            assertFalse(bob.received().contains("@ann psst"), "what was for another user");
        }
    }

    @Test
    @Order(3)
    void aClientThatComesBackUnderItsIdTakesThePlaceOfTheFormer() throws Exception {
        try (ChatClient former = ChatClient.join(node(0), "again", "ann", "same");
                ChatClient latter = ChatClient.join(node(0), "again", "ann", "same");
                ChatClient bob = ChatClient.join(node(1), "again", "bob", "bob-2")) {
            assertEquals(4001, former.awaitClose());
            bob.say("welcome back");
            latter.await("welcome back");
        }
    }

    @Test
    @Order(4)
    void theProbesAndThePageAreServed() throws Exception {
        assertEquals(200, node(0).get("/health").statusCode());
        assertTrue(node(0).get("/").body().contains("new WebSocket("));
    }

    @Test
    @Order(5)
    void aClientThatIsTooSlowHoldsUpNobodyAndIsToldOnceItReads() throws Exception {
        try (Flood flood = new Flood(node(0), node(1))) {
            OptionalInt code = Await.value(
                    () -> closeCodeOfTooSlow(flood), OptionalInt::isPresent, none -> "this machine reads in time");
            assertEquals(OptionalInt.of(1013), code);
            flood.assertReceived();
        }
    }

    /** Empty if the client was cut off because this machine took too long to read. */
    private OptionalInt closeCodeOfTooSlow(Flood flood) throws Exception {
        try (MuteClient mute = flood.join()) {
            long start = System.nanoTime();
            long givenUp = node(0).health("members.given_up");
            AtomicLong notYetGivenUp = new AtomicLong();
            Await.until(
                    () -> mute + " is given up: " + node(0).healthInShort(),
                    () -> node(0).health("members.given_up") > givenUp,
                    () -> {
                        notYetGivenUp.set(System.nanoTime());
                        flood.say();
                    });
            long before = System.nanoTime();
            OptionalInt code = mute.readToTheEnd();
            tell(
                    "a client that is too slow is given up after %s and %d ms, and told %s by what it reads in %d ms",
                    flood, millisSince(start), code, millisSince(before));
            tell("longest broadcast %s", longestBroadcasts());
            assertTrue(
                    code.isPresent() || System.nanoTime() - notYetGivenUp.get() > NANOS_FOR_CLOSE_FRAME,
                    "the client is not told, though it reads in time");
            return code;
        }
    }

    @Test
    @Order(6)
    void aClientThatNeverReadsIsCutOff() throws Exception {
        try (Flood flood = new Flood(node(0), node(1));
                MuteClient mute = flood.join()) {
            long start = System.nanoTime();
            Await.until(() -> mute + " is gone", () -> node(0).health("clients") == 2, flood::say);
            tell("a client that never reads is cut off after %s and %d ms", flood, millisSince(start));
            flood.assertReceived();
        }
    }

    @Test
    @Order(7)
    void aMessageThatIsTooLongEndsItsConnectionAlone() throws Exception {
        try (ChatClient ann = ChatClient.join(node(0), "long", "ann", "long-1");
                ChatClient bob = ChatClient.join(node(0), "long", "bob", "long-2")) {
            // Where the server has not read all when it closes, the client may see a broken connection instead.
            ann.begin("x".repeat(LONGEST));
            ann.say("x");
            assertEquals(1009, ann.awaitClose());
            bob.say("short");
            bob.await("short");
            assertEquals(List.of("joined", "short"), bob.received());
        }
    }

    @Test
    @Order(8)
    void sigtermClosesTheClientsAndEndsTheProcess() throws Exception {
        try (ChatClient leaving = ChatClient.join(node(0), "last", "ann", "leaving");
                ChatClient staying = ChatClient.join(node(1), "last", "bob", "staying")) {
            tell(node(0).healthInShort());
            tell(node(1).healthInShort());
            int alphaSaid = node(0).linesSoFar();
            int betaSaid = node(1).linesSoFar();
            long start = System.nanoTime();

            node(0).terminate();

            assertEquals(1001, leaving.awaitClose());
            assertEquals(EXIT_AT_SIGTERM, node(0).awaitExit());
            tell("exit %d ms after SIGTERM", millisSince(start));
            staying.say("alone");
            staying.await("alone");
            assertEquals(List.of(), node(0).troubleSince(alphaSaid));
            assertEquals(List.of(), node(1).troubleSince(betaSaid));
        }
    }

    /**
     * A value of {@code /health} of the first node, until SIGTERM ends it.
     *
     * @param value its name
     * @return the value
     * @throws Exception if the node does not tell
     */
    protected final long health(String value) throws Exception {
        return node(0).health(value);
    }

    private ServerProcess node(int i) {
        return nodes.get(i % nodes.size());
    }

    private static List<Integer> received(List<ChatClient> clients) {
        return clients.stream().map(client -> client.received().size()).collect(Collectors.toList());
    }

    /** Since the processes were started. */
    private String longestBroadcasts() throws Exception {
        return node(0).health("longestBroadcastMicros") + " and " + node(1).health("longestBroadcastMicros") + " us";
    }

    private void sayMany(ChatClient client, int sender) {
        for (int n = 0; n < burst / SENDERS; n++) {
            client.say(NumberedPackets.packet(Integer.toString(sender), n, BURST_PACKET));
        }
    }

    private void tell(String figures, Object... values) {
        System.out.println(
                getClass().getSimpleName() + ": " + (values.length == 0 ? figures : figures.formatted(values)));
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
