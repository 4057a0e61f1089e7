package dev.roomcast.examples.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the kit cannot know: what PostgreSQL does, and what strangers do on it. */
@Timeout(600)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = TestPostgres.WHERE)
@Tag("full")
class PostgresTransportTest {

    private static final long PATIENCE_SECONDS =
            Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M")).toSeconds();

    private final TestPostgres postgres = TestPostgres.shared();
    private final String prefix = UUID.randomUUID().toString().substring(0, 8);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    private Adapter open(String node, String url) {
        return Adapters.open(AdapterConfig.of(Map.of(
                "roomcast.postgres.url", url, "roomcast.prefix", prefix, "roomcast.node.name", node + "-" + prefix)));
    }

    private Adapter open(String node) {
        Adapter adapter = open(node, postgres.url());
        done(adapter.ready());
        return adapter;
    }

    private void join(Adapter adapter, String room) {
        done(adapter.join(
                adapter.add(Connection.of("1", packet -> received.add(packet.text()), why -> received.add("closed"))),
                room));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void configurationAloneChoosesIt() {
        try (Adapter adapter = open("a")) {
            assertEquals("PostgresAdapter", adapter.health().adapter());
        }
    }

    @Test
    void bothConnectionsComeBackWhenTheServerHasEndedThem() throws Exception {
        BlockingQueue<Loss> losses = new LinkedBlockingQueue<>();
        try (Adapter a = open("a");
                Adapter b = open("b")) {
            join(b, "news");
            b.cluster().onEvent(new ClusterListener() {
                @Override
                public void lost(Loss loss) {
                    losses.add(loss);
                }
            });

            postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%"
                    + prefix + "'");

            Loss loss = losses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(loss != null && loss.kind() == Loss.Kind.POSSIBLE, "what was told as lost: " + loss);
            // The sender's connection may still be on its way back, and then that is said.
            String arrived = null;
            for (int i = 0; arrived == null && i < 10 * PATIENCE_SECONDS; i++) {
                a.broadcast(Target.room("news"), Packet.text("again"));
                arrived = received.poll(100, TimeUnit.MILLISECONDS);
            }
            assertEquals("again", arrived);
        }
    }

    @Test
    void whatTheServerDoesNotAnswerMayHaveBeenSent() throws Exception {
        try (Adapter a = open("a");
                Adapter b = open("b")) {
            join(b, "news");
            String backend = postgres.ask("SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_notify%'"
                    + " AND application_name LIKE '% a-" + prefix + "'");
            TestPostgres.signal("STOP", backend);
            try {
                CompletionStage<?> sent = a.broadcast(Target.room("news"), Packet.text("late"));
                Throwable failure = assertThrows(CompletionException.class, () -> done(sent))
                        .getCause();
                assertEquals(AdapterException.Outcome.UNKNOWN, ((AdapterException) failure).outcome());
            } finally {
                TestPostgres.signal("CONT", backend);
            }
            // And so it was.
            assertEquals("late", received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatStrangersNotifyOnAChannelIsCountedAndHarmless() throws Exception {
        try (Adapter a = open("a");
                Adapter b = open("b")) {
            join(b, "news");
            String channel = prefix + "._2F.room.news";
            postgres.execute("NOTIFY \"" + channel + "\"");
            postgres.execute("NOTIFY \"" + channel + "\", 'hello, everyone!'");
            postgres.execute("NOTIFY \"" + channel + "\", 'AAAA'");

            done(a.broadcast(Target.room("news"), Packet.text("ours")));

            assertEquals("ours", received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(3L, b.health().counters().get("frames.malformed"), b.health()::toString);
        }
    }

    @Test
    void aPacketThatNoNotificationHoldsIsRefused() {
        try (Adapter adapter = open("a")) {
            Packet tooLarge = Packet.text("x".repeat(6_000));
            Exception refused = assertThrows(
                    IllegalArgumentException.class, () -> adapter.broadcast(Target.room("news"), tooLarge));
            assertTrue(refused.getMessage().contains("5997"), refused.getMessage());
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedWithoutItsPassword() {
        try (Adapter adapter = open("a", "jdbc:postgresql://127.0.0.1:1/nowhere?user=me&password=s3cret")) {
            CompletionStage<?> sent = adapter.broadcast(Target.room("news"), Packet.text("nobody hears it"));
            Throwable failure =
                    assertThrows(CompletionException.class, () -> done(sent)).getCause();
            assertEquals(AdapterException.Outcome.NOT_SENT, ((AdapterException) failure).outcome());
            String message = assertThrows(CompletionException.class, () -> done(adapter.ready()))
                    .getCause()
                    .getMessage();
            assertTrue(message.contains("jdbc:postgresql://127.0.0.1:1/nowhere cannot be reached"), message);
            assertTrue(message.contains("roomcast.postgres.url"), message);
            assertTrue(!message.contains("s3cret"), message);
        }
    }
}
