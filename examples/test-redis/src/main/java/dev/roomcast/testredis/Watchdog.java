package dev.roomcast.testredis;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The shell process between this JVM and a server, which kills the server and removes its directory when this JVM is
 * gone, however that came about. The script, {@code watchdog.sh}, tells how.
 *
 * <p><i>Threading:</i> not thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private static final String SCRIPT = script();
    private static final String STARTED = "started ";
    private static final String GONE = "gone";
    private static final Duration PATIENCE = Patience.LIMIT;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Process shell;
    private long pid;
    private boolean ended;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /**
     * Runs a server.
     *
     * @param directory where its output goes, to {@code redis.log}; removed in the end
     */
    static Watchdog run(List<String> server, Path directory) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "watchdog", directory.toString()));
        command.addAll(server);
        try {
            Watchdog watchdog = new Watchdog(
                    new ProcessBuilder(command).redirectError(Redirect.DISCARD).start());
            watchdog.listen();
            watchdog.awaitStart();
            return watchdog;
        } catch (IOException e) {
            throw new UncheckedIOException("No shell can be run to watch over redis-server", e);
        }
    }

    /** Returns the process id of the server's present run. */
    long pid() {
        return pid;
    }

    /** Says whether the server's present run is over, or is within this time. */
    boolean endedWithin(Duration patience) {
        // Nothing but the end is told after a start.
        ended = ended || next(patience) != null;
        return ended;
    }

    /** Sends the server a signal, KILL for example. */
    void signal(String name) {
        try {
            // By the shell's own kill: the command of that name is not on every machine.
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -\"$1\" \"$2\"", "kill", name, Long.toString(pid))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("No shell can be run to send " + name, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Runs the server, which must have ended, once more. */
    void again() {
        try {
            shell.getOutputStream().write('\n');
            shell.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("The watchdog, process " + shell.pid() + ", is gone", e);
        }
        awaitStart();
    }

    /** Ends the server if it runs, and returns when its directory is removed too. Idempotent. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The watchdog, process " + shell.pid() + ", does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The pipe to the watchdog, process " + shell.pid() + ", does not close", e);
        } catch (InterruptedException e) {
            // The pipe is closed, so the rest happens without us.
            Thread.currentThread().interrupt();
        }
    }

    private void awaitStart() {
        String event = next(PATIENCE);
        if (event == null || !event.startsWith(STARTED)) {
            close();
            throw new IllegalStateException("The watchdog did not start redis-server, but said: " + event);
        }
        pid = Long.parseLong(event.substring(STARTED.length()));
        ended = false;
    }

    private @Nullable String next(Duration patience) {
        try {
            return events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * The thread also keeps this object, and with it the pipe, from being collected as garbage while the server runs: a
     * test may remember no more than a URL.
     */
    private void listen() {
        Thread thread = new Thread(this::queueEvents, "test-redis-watchdog-" + shell.pid());
        thread.setDaemon(true);
        thread.start();
    }

    private void queueEvents() {
        try (BufferedReader told = shell.inputReader(StandardCharsets.US_ASCII)) {
            told.lines().forEach(events::add);
        } catch (IOException | UncheckedIOException e) {
            // As good as its end.
        }
        events.add(GONE);
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for redis-server", e);
    }

    private static String script() {
        try (InputStream in = requireNonNull(Watchdog.class.getResourceAsStream("watchdog.sh"), "watchdog.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
