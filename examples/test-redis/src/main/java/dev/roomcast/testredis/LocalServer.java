package dev.roomcast.testredis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/** A redis-server that runs on this machine under a {@link Watchdog}. */
final class LocalServer implements Server {
    private static final String HOST = "127.0.0.1";
    private static final String CONFIG = "redis.conf";
    /** As {@code watchdog.sh} has it. */
    private static final String LOG = "redis.log";

    private static final Duration PATIENCE = Patience.LIMIT;
    private static final Duration BETWEEN_PINGS = Duration.ofMillis(5);
    private static final Duration PATIENCE_FOR_REPLY = Duration.ofSeconds(1);
    private static final int PORTS_TO_TRY = 5;
    /** glibc says it with "already", the embedded binary's musl without. */
    private static final Pattern PORT_TAKEN = Pattern.compile("Address (already )?in use");

    private static final int LAST_LINES = 20;

    private final Object lock = new Object();
    private final Watchdog watchdog;
    private final Path log;
    private final int port;
    private final String description;
    private boolean closed;

    private LocalServer(Watchdog watchdog, Path log, int port, String description) {
        this.watchdog = watchdog;
        this.log = log;
        this.port = port;
        this.description = description;
    }

    static LocalServer start(ServerBinary binary, List<String> arguments) {
        return start(binary, arguments, Ports::free);
    }

    /** @param ports gives a free port; if it is taken before the server has it, the next is tried */
    static LocalServer start(ServerBinary binary, List<String> arguments, IntSupplier ports) {
        String name = binary.name() + " " + binary.version();
        for (int tries = 1; ; tries++) {
            LocalServer server = launch(binary.file(), name, ports.getAsInt(), arguments);
            Optional<String> failure = server.awaitReady();
            if (failure.isEmpty()) {
                return server;
            }
            server.close();
            if (tries == PORTS_TO_TRY || !PORT_TAKEN.matcher(failure.get()).find()) {
                throw new IllegalStateException(failure.get());
            }
        }
    }

    @Override
    public String url() {
        return "redis://" + HOST + ":" + port;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void kill() {
        synchronized (lock) {
            requireOpen();
            if (!watchdog.endedWithin(Duration.ZERO)) {
                watchdog.signal("KILL");
            }
            if (!watchdog.endedWithin(PATIENCE)) {
                throw new IllegalStateException("The " + description + " does not end");
            }
        }
    }

    @Override
    public void restart() {
        synchronized (lock) {
            kill();
            watchdog.again();
            awaitReady().ifPresent(failure -> {
                throw new IllegalStateException(failure);
            });
        }
    }

    @Override
    public void freeze() {
        signalRunning("STOP");
    }

    @Override
    public void thaw() {
        signalRunning("CONT");
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            watchdog.close();
        }
    }

    private static LocalServer launch(Path binary, String name, int port, List<String> arguments) {
        Path directory = createDirectory();
        Watchdog watchdog = Watchdog.run(command(binary, directory, port, arguments), directory);
        String description = "%s at %s:%d".formatted(name, HOST, port);
        return new LocalServer(watchdog, directory.resolve(LOG), port, description);
    }

    /** The configuration file is empty; it is for a server that rewrites its own, as a sentinel does. */
    private static Path createDirectory() {
        try {
            Path directory = Files.createTempDirectory("roomcast-test-redis-");
            Files.createFile(directory.resolve(CONFIG));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("No directory for redis-server can be made", e);
        }
    }

    private static List<String> command(Path binary, Path directory, int port, List<String> arguments) {
        List<String> command = new ArrayList<>();
        Collections.addAll(command, binary.toString(), directory.resolve(CONFIG).toString());
        Collections.addAll(command, "--port", Integer.toString(port), "--bind", HOST);
        Collections.addAll(command, "--save", "", "--appendonly", "no", "--dir", directory.toString());
        command.addAll(arguments);
        return command;
    }

    private void signalRunning(String name) {
        synchronized (lock) {
            requireOpen();
            if (watchdog.endedWithin(Duration.ZERO)) {
                throw new IllegalStateException("The " + description + " is down; restart() starts it");
            }
            watchdog.signal(name);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The " + description + " is closed");
        }
    }

    /** Returns nothing when the server is ready, and otherwise what went wrong. */
    private Optional<String> awaitReady() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            if (watchdog.endedWithin(BETWEEN_PINGS)) {
                return Optional.of(failure("ended before it answered PING"));
            }
            if (answers()) {
                return Optional.empty();
            }
        }
        return Optional.of(failure("did not answer PING within " + PATIENCE.toSeconds() + " s"));
    }

    private boolean answers() {
        try (RedisSocket socket = RedisSocket.open(HOST, port, PATIENCE_FOR_REPLY)) {
            return RedisSocket.isUp(socket.ask("PING")) && isOurs(socket.ask("INFO server"));
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A stranger may have taken the port before our server could; then ours is about to end. */
    private boolean isOurs(String info) {
        return !info.contains("process_id:") || info.contains("process_id:" + watchdog.pid() + "\r\n");
    }

    private String failure(String what) {
        return "The " + description + " " + what + "; its last output:\n" + lastOutput();
    }

    private String lastOutput() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }
}
