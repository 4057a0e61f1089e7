package dev.roomcast.examples.portfolio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demo, as the build starts it. */
class DemoTest {
    private static final Duration PATIENCE = Nodes.PATIENCE;

    private final Nodes nodes = new Nodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void demoInOneJvmPassesItsCheckAndEnds() throws Exception {
        assertPasses("-Ddemo.once=true");
    }

    @Tag("full")
    @Test
    void demoOnRedisPassesItsCheckAndEnds() throws Exception {
        String output = assertPasses("-Ddemo.once=true", "-Ddemo.redis=true");
        assertTrue(output.contains("[node-1] ") && output.contains("RedisAdapter"), output);
    }

    @Tag("full")
    @Test
    void processesOfTheDemoEndWhenItIsKilled() throws Exception {
        Process demo = demo("-Ddemo.redis=true");
        nodes.owned(demo::destroyForcibly);
        Output output = new Output(demo);
        Await.until("the demo serves", Patience.LIMIT, () -> output.text().contains("Ctrl-C ends the demo"));
        // The watchdog of the test Redis and what it runs; they end too, as that module's own tests prove.
        Set<ProcessHandle> children = demo.descendants().collect(Collectors.toSet());
        assertTrue(children.size() >= 2, () -> "two nodes at least, but " + children);

        demo.destroyForcibly();

        Await.until("no child is left", PATIENCE, () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void nodeEndsWithItsInput() {
        NodeProcess node = nodes.owned(NodeProcess.start(
                "node-1", 0, Map.of("ROOMCAST_ADAPTER", "memory"), new PrintStream(new ByteArrayOutputStream())));
        node.url();

        node.close();

        assertTrue(node.endedWithin(Duration.ZERO));
    }

    private static String assertPasses(String... options) throws Exception {
        Process demo = demo(options);
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, demo.waitFor(), output);
        assertTrue(output.contains("✓ Scaling works"), output);
        return output;
    }

    private static Process demo(String... options) throws Exception {
        ProcessBuilder builder = NodeProcess.java(Demo.class).redirectErrorStream(true);
        List<String> command = new ArrayList<>(builder.command());
        command.addAll(1, List.of(options));
        builder.environment().remove("REDIS_URL");
        return builder.command(command).start();
    }

    /** What a process has written so far. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Output(Process process) {
            Thread reader = new Thread(() -> {
                try {
                    process.getInputStream().transferTo(bytes);
                } catch (IOException gone) {
                    // The process was killed.
                }
            });
            reader.setDaemon(true);
            reader.start();
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
