package dev.roomcast.testredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a JVM ends, within 5 s neither its redis-server nor the server's directory is left. */
class DyingJvmTest {
    private static final Duration PATIENCE = Patience.LIMIT;

    @TempDir
    Path temporary;

    private Process jvm;
    private BufferedReader told;
    private String url;
    private ProcessHandle server;
    private ProcessHandle watchdog;
    private Path directory;

    @BeforeEach
    void startAJvmThatStartsAServer() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        jvm = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), HoldingJvm.class.getName())
                .redirectError(log().toFile())
                .start();
        told = jvm.inputReader(StandardCharsets.US_ASCII);
        url = told.readLine();
        server = Redis.process(url);
        watchdog = server.parent().orElseThrow();
        directory = Redis.directory(url);
        assertTrue(server.isAlive() && watchdog.isAlive() && Files.exists(directory));
    }

    @AfterEach
    void endTheJvm() {
        jvm.destroyForcibly();
    }

    @Test
    void killed() throws Exception {
        kill9();
        assertNothingIsLeft();
    }

    @Test
    void killedWhileTheServerIsFrozen() throws Exception {
        tell("freeze");
        assertEquals("done", told.readLine());
        kill9();
        assertNothingIsLeft();
    }

    @Test
    void killedWhileTheServerIsDown() throws Exception {
        tell("kill");
        assertEquals("done", told.readLine());
        assertTrue(watchdog.isAlive() && Files.exists(directory));
        kill9();
        assertNothingIsLeft();
    }

    @Test
    void exitsWithoutClosing() throws Exception {
        tell("exit");
        assertTrue(jvm.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        assertNothingIsLeft();
    }

    @Test
    void terminated() throws Exception {
        jvm.destroy();
        assertTrue(jvm.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        assertNothingIsLeft();
    }

    @Test
    void oneLineTellsWhichServerItTook() throws Exception {
        kill9();
        List<String> lines = Files.readAllLines(log());
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).endsWith(url.replace("redis://", " at ")), lines::toString);
    }

    private Path log() {
        return temporary.resolve("stderr.log");
    }

    private void tell(String command) throws IOException {
        Writer out = jvm.outputWriter(StandardCharsets.US_ASCII);
        out.write(command + "\n");
        out.flush();
    }

    private void kill9() throws InterruptedException {
        assertTrue(jvm.destroyForcibly().waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void assertNothingIsLeft() throws Exception {
        long start = System.nanoTime();
        server.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        // Follows at once. The watchdog's own end is not waited for: where process 1 collects no orphans, as in many a
        // container, it stays on as a zombie.
        while (Files.exists(directory)) {
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), directory::toString);
            Thread.onSpinWait();
        }
    }
}
