package dev.roomcast.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures when a server that is down answers PING again, by sending PINGs continuously. It is a client of its own,
 * without a library.
 */
final class FirstPong {

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress server;
    private final CompletableFuture<Long> nanos = new CompletableFuture<>();

    private FirstPong(int port) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Begins to ask a server on this machine, which is down. */
    static FirstPong of(int port) {
        FirstPong pong = new FirstPong(port);
        Thread thread = new Thread(pong::ask, "first-pong");
        thread.setDaemon(true);
        thread.start();
        return pong;
    }

    private void ask() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
        }
        nanos.complete(System.nanoTime());
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(server, (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(PING);
            return Arrays.equals(PONG, socket.getInputStream().readNBytes(PONG.length));
        } catch (IOException down) {
            return false;
        }
    }

    /** When it came, as {@link System#nanoTime} says. Waits for it. */
    long nanos() {
        return nanos.orTimeout(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS).join();
    }
}
