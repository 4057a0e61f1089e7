package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.config.ConfigSource;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.engine.runtime.FailureLog;
import dev.roomcast.adapter.engine.runtime.PatientExecutor;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.TransportProvider;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What a node says while its transport cannot connect, or connects and loses the connection again. */
class FailingConnectionTest {

    private static final int ATTEMPTS = 3;

    private final VirtualTime time = new VirtualTime(1);
    private final RecordingTransport transport = new RecordingTransport();
    private @Nullable Receiver opened;
    private final Adapter node = open();

    private Adapter open() {
        transport.capabilities =
                TransportCapabilities.builder(4096).attempts(ATTEMPTS).build();
        TransportProvider provider = new TransportProvider() {
            @Override
            public String name() {
                return "scripted";
            }

            @Override
            public Transport open(Settings settings, Receiver receiver) {
                opened = receiver;
                return transport;
            }
        };
        EngineSettings settings = new EngineSettings(
                List.of(ConfigSource.of("test", Map.of("roomcast.node.name", "node"))), EngineOptions.ALL);
        Engine engine = new Engine(
                settings,
                new BackendSelection(provider, "in a test", Optional.empty()),
                time.execution(),
                FrameCodec.VERSIONS);
        engine.connect();
        Adapter adapter = engine.open("/");
        pass();
        return adapter;
    }

    private Receiver transportSays() {
        return Objects.requireNonNull(opened);
    }

    private Link connect() {
        Link link = transportSays().linkUp("broker");
        transportSays().publishing(Optional.empty());
        pass();
        return link;
    }

    private void comeAndGo() {
        connect().down(new IllegalStateException("cut short"));
        pass();
    }

    private void fail(String why) {
        transportSays().linkFailed(new IllegalStateException(why));
        pass();
    }

    private void pass() {
        time.pass(Duration.ofMillis(10));
    }

    private String reason() {
        return node.health().reason();
    }

    @Test
    void aConnectionThatComesAndGoesCountsAsFailing() {
        CompletableFuture<Void> ready = node.ready().toCompletableFuture();
        for (int i = 0; i < ATTEMPTS; i++) {
            assertFalse(ready.isDone());
            comeAndGo();
        }
        assertTrue(ready.isCompletedExceptionally());
        assertEquals(Status.DOWN, node.health().status());
        assertTrue(reason().contains("cut short"), reason());

        connect();
        assertEquals(Status.DOWN, node.health().status(), "it may be gone at once");
        time.pass(Duration.ofSeconds(11));
        assertEquals(Status.STARTING, node.health().status(), "it has lasted");
        assertFalse(reason().contains("cut short"), reason());
    }

    @Test
    void theEndOfAConnectionThatHasLastedIsNoFailedAttempt() {
        CompletableFuture<Void> ready = node.ready().toCompletableFuture();
        for (int i = 0; i < ATTEMPTS; i++) {
            Link link = connect();
            time.pass(Duration.ofSeconds(11));
            link.down(new IllegalStateException("cut after a while"));
            pass();
        }
        assertFalse(ready.isDone());
    }

    /** Frames that were not answered before the connection came back are no reason to count the failed attempts for ever. */
    @Test
    void aConnectionOnWhichFramesAreAnsweredAgainLaterLasts() {
        Link link = connect();
        node.broadcast(Target.everyone(), Packet.text("never answered"));
        time.pass(transport.capabilities.confirmWithin().multipliedBy(4));
        link.down(new IllegalStateException("cut"));
        for (int i = 0; i < ATTEMPTS; i++) {
            fail("refused");
        }
        connect();
        assertEquals(Status.DOWN, node.health().status());
        node.broadcast(Target.everyone(), Packet.text("answered"));
        for (int i = 0; i < 25; i++) {
            transport.passes.forEach(pass -> pass.forEach(Outgoing::accepted));
            time.pass(Duration.ofSeconds(1));
        }
        assertEquals(Status.STARTING, node.health().status(), "it has lasted");
        assertFalse(reason().contains("refused"), reason());
    }

    @Test
    void healthNamesTheLastFailureWhileTheNodeStarts() {
        fail("no answer");
        assertEquals(Status.STARTING, node.health().status());
        assertTrue(reason().contains("no answer"), reason());
        fail("no such host");
        assertTrue(reason().contains("no such host"), reason());
    }

    @Test
    void theFirstFailureOfEachKindIsLoggedAtOnce() {
        List<String> logged = new ArrayList<>();
        Logger logger = (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    assertEquals("warn", method.getName());
                    logged.add(arguments[0] + (arguments[1] == null ? "" : ", with a stack trace"));
                    return null;
                });
        FailureLog log = new FailureLog(logger);
        log.failed(new IllegalStateException("no answer"));
        log.failed(new IllegalStateException("no answer"));
        log.failed(new IllegalStateException("no memory", new OutOfMemoryError("thrown by the test")));
        log.succeeded();
        log.failed(new IllegalStateException("no answer"));
        for (int i = 0; i < 1000; i++) {
            log.failed(new IllegalStateException("variable " + i));
        }
        assertEquals(
                List.of(
                        "Roomcast could not connect, and tries again: no answer",
                        "Roomcast could not connect, and tries again: no memory, with a stack trace",
                        "Roomcast could not connect, and tries again: no answer"),
                logged.subList(0, 3));
        assertEquals(18, logged.size(), "bounded");
    }

    @Test
    void healthNamesWhyChannelsAreNotConfirmed() {
        connect();
        String channels = transport.takeCommands().get(0);
        String channel = channels.substring(2, channels.length() - 1).split(", ", -1)[0];
        transportSays().unavailable(channel, new IllegalStateException("BUSY with a script"));
        pass();
        assertTrue(reason().contains("BUSY with a script"), reason());
    }

    @Test
    void aTaskForWhichNoThreadCanBeStartedRunsLater() {
        int[] refused = {0};
        boolean[] ran = {false};
        PatientExecutor executor = new PatientExecutor(
                task -> {
                    if (refused[0]++ < 2) {
                        throw new OutOfMemoryError("unable to create native thread: thrown by the test");
                    }
                    task.run();
                },
                time.execution().scheduler(),
                time.execution()::now);
        executor.execute(() -> ran[0] = true);
        assertFalse(ran[0]);
        time.pass(Duration.ofSeconds(1));
        assertTrue(ran[0]);
        assertEquals(3, refused[0]);
    }
}
