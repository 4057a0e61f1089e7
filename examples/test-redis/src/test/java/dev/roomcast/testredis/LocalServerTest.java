package dev.roomcast.testredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for a server on this machine, tried with the embedded one. */
class LocalServerTest {
    private final ServerBinary binary = EmbeddedBinary.resource(
                    System.getProperty("os.name"), System.getProperty("os.arch"))
            .map(ServerBinary::embedded)
            .orElseThrow();

    @Test
    void tellsItsVersionAndAddress() {
        try (LocalServer server = start()) {
            assertEquals("embedded redis-server 7.0.15 at 127.0.0.1:" + server.port(), server.description());
            assertEquals("redis://127.0.0.1:" + server.port(), server.url());
        }
    }

    @Test
    void killReturnsWhenTheProcessIsGoneAndRestartStartsAnother() throws IOException {
        try (LocalServer server = start()) {
            ProcessHandle first = Redis.process(server.url());
            server.kill();
            assertFalse(first.isAlive());
            assertThrows(ConnectException.class, () -> Redis.connect(server.url()));
            server.restart();
            assertNotEquals(first.pid(), Redis.process(server.url()).pid());
        }
    }

    @Test
    void restartKillsAServerThatIsUp() throws IOException {
        try (LocalServer server = start()) {
            ProcessHandle first = Redis.process(server.url());
            server.restart();
            assertFalse(first.isAlive());
            assertNotEquals(first.pid(), Redis.process(server.url()).pid());
        }
    }

    @Test
    void restartBringsBackAServerThatDiedByItself() throws Exception {
        try (LocalServer server = start()) {
            ProcessHandle first = Redis.process(server.url());
            assertThrows(IOException.class, () -> Redis.ask(server.url(), "SHUTDOWN NOSAVE"));
            first.onExit().get();
            server.restart();
            assertEquals("+PONG", Redis.ask(server.url(), "PING"));
        }
    }

    @Test
    void closeReturnsWhenProcessAndDirectoryAreGone() throws IOException {
        LocalServer server = start();
        ProcessHandle process = Redis.process(server.url());
        Path directory = Redis.directory(server.url());
        assertTrue(Files.exists(directory));
        server.close();
        assertFalse(process.isAlive());
        assertFalse(Files.exists(directory));
    }

    @Test
    void canBeASentinel() throws IOException {
        try (LocalServer server = start("--sentinel")) {
            String monitor = "SENTINEL MONITOR main 127.0.0.1 " + server.port() + " 1";
            assertEquals("+OK", Redis.ask(server.url(), monitor));
        }
    }

    @Test
    void anArgumentTheServerRefusesIsShownInItsOwnWords() {
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> start("--no-such-thing", "1"));
        assertTrue(failure.getMessage().contains("Bad directive"), failure.getMessage());
    }

    @Test
    void anotherPortIsTriedWhenAnotherRedisTookTheFirst() {
        try (LocalServer stranger = start()) {
            int free = Ports.free();
            Iterator<Integer> ports = List.of(stranger.port(), free).iterator();
            try (LocalServer server = LocalServer.start(binary, List.of(), ports::next)) {
                assertEquals(free, server.port());
            }
        }
    }

    @Test
    void givesUpWhenEveryPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            IllegalStateException failure = assertThrows(
                    IllegalStateException.class, () -> LocalServer.start(binary, List.of(), taken::getLocalPort));
            assertTrue(failure.getMessage().contains("Failed listening on port"), failure.getMessage());
            assertTrue(failure.getMessage().contains("127.0.0.1:" + taken.getLocalPort()), failure.getMessage());
        }
    }

    private LocalServer start(String... arguments) {
        return LocalServer.start(binary, List.of(arguments));
    }
}
