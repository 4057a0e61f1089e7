package dev.roomcast.examples.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/**
 * A real PostgreSQL for the tests of this module, from a jar that holds its binaries for Linux on amd64. It is gone, and its
 * directory with it, when this JVM is gone, however that came about.
 */
final class TestPostgres {

    /** Where there is one. */
    static final String WHERE = "the binaries of PostgreSQL in the tests are for Linux on amd64";

    private static final String BINARIES = "postgres-linux-x86_64.txz";
    private static final String READY = "database system is ready to accept connections";
    private static final int NOBODY = 65_534;
    private static final String PORT_TAKEN = "Address already in use";
    private static final int PORTS_TO_TRY = 5;

    /** Nothing of a test's has to survive a crash, and little is there at a time. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
            "shared_buffers=4MB",
            "wal_level=minimal",
            "max_wal_senders=0",
            "autovacuum=off");

    /**
     * Standard input is a pipe whose only write end is in this JVM: when it closes, the server is told to end, and the directory is
     * removed. Signals to the whole process group must not end the shell that does so.
     */
    private static final String WATCHDOG = """
            trap '' HUP INT TERM PIPE
            directory=$1
            shift
            exec 3<&0
            "$@" </dev/null 3<&- 2>&1 &
            server=$!
            (read -r line <&3; kill -QUIT "$server") >/dev/null 2>&1 &
            guard=$!
            wait "$server"
            kill -KILL "$guard"
            rm -rf "$directory"
            """;

    private static final Object lock = new Object();
    private static TestPostgres shared;

    private final int port;
    /** Keeps the pipe from being collected as garbage while somebody may use the server. */
    private final Process watchdog;

    private TestPostgres(int port, Process watchdog) {
        this.port = port;
        this.watchdog = watchdog;
    }

    /** The server that all tests of this JVM share. Where there can be none the test is aborted, with the reason. */
    static TestPostgres shared() {
        synchronized (lock) {
            if (shared == null) {
                shared = start();
            }
            return shared;
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first value of the first row. */
    String ask(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            assertTrue(answer.next(), "no answer to " + sql);
            return answer.getString(1);
        }
    }

    /** Signals one of the server's processes: each connection has one. */
    static void signal(String name, String process) throws IOException {
        run(List.of(), "/bin/sh", "-c", "kill -\"$1\" \"$2\"", "kill", name, process);
    }

    @Override
    public String toString() {
        return "PostgreSQL on port " + port + " under process " + watchdog.pid();
    }

    private static TestPostgres start() {
        for (int tries = 1; ; tries++) {
            try {
                return start(freePort());
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL cannot be started", e);
            } catch (IllegalStateException e) {
                if (tries == PORTS_TO_TRY || !e.getMessage().contains(PORT_TAKEN)) {
                    throw e;
                }
            }
        }
    }

    private static TestPostgres start(int port) throws IOException {
        Path directory = Files.createTempDirectory("roomcast-test-postgres-");
        try {
            return start(port, directory);
        } catch (IOException | RuntimeException e) {
            run(List.of(), "rm", "-rf", directory.toString());
            throw e;
        }
    }

    private static TestPostgres start(int port, Path directory) throws IOException {
        List<String> user = user(directory);
        unpack(user, directory);
        String data = directory.resolve("data").toString();
        run(user, directory + "/bin/initdb", "-D", data, "-U", "postgres", "-A", "trust", "--locale=C", "--no-sync");
        List<String> server = new ArrayList<>(List.of(directory + "/bin/postgres", "-D", data, "-p", port + ""));
        SETTINGS.forEach(setting -> server.addAll(List.of("-c", setting)));
        Stream<String> watchdog = Stream.of("/bin/sh", "-c", WATCHDOG, "watchdog", directory.toString());
        Process process = launch(user, Stream.concat(watchdog, server.stream()));
        awaitReady(process);
        return new TestPostgres(port, process);
    }

    /** PostgreSQL refuses root, and whoever has no name: what its commands begin with so that it is somebody else. */
    private static List<String> user(Path directory) throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"));
        if (!root && works(List.of(), "id", "-un")) {
            return List.of();
        }
        List<String> namespace = List.of("unshare", "-U");
        if (works(namespace, "true")) {
            return namespace;
        }
        List<String> nobody = List.of("setpriv", "--reuid", NOBODY + "", "--regid", NOBODY + "", "--clear-groups");
        assumeTrue(
                root && works(nobody, "true"),
                "PostgreSQL refuses this user, and neither unshare nor setpriv gives it another one here");
        Files.setAttribute(directory, "unix:uid", NOBODY);
        return nobody;
    }

    private static boolean works(List<String> user, String... command) {
        try {
            run(user, command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void unpack(List<String> user, Path directory) throws IOException {
        Process tar = launch(user, Stream.of("tar", "-x", "-f", "-", "-C", directory.toString()));
        // By the loader: the jar is no part of this module.
        ClassLoader loader = TestPostgres.class.getClassLoader();
        try (InputStream jar = Objects.requireNonNull(loader.getResourceAsStream(BINARIES), BINARIES);
                InputStream binaries = new XZInputStream(jar);
                OutputStream to = tar.getOutputStream()) {
            binaries.transferTo(to);
        }
        end(tar, "tar");
    }

    private static void run(List<String> user, String... command) throws IOException {
        end(launch(user, Stream.of(command)), command[0]);
    }

    private static Process launch(List<String> user, Stream<String> command) throws IOException {
        return new ProcessBuilder(Stream.concat(user.stream(), command).toList())
                .redirectErrorStream(true)
                .start();
    }

    private static void end(Process process, String name) throws IOException {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        int status = process.onExit().join().exitValue();
        if (status != 0) {
            throw new IOException(name + " ended with " + status + ": " + output);
        }
    }

    private static void awaitReady(Process watchdog) throws IOException {
        BufferedReader said = watchdog.inputReader(UTF_8);
        StringBuilder output = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains(READY)) {
                Thread reader = new Thread(() -> said.lines().forEach(ignored -> {}), "test-postgres-output");
                reader.setDaemon(true);
                reader.start();
                return;
            }
            output.append(line).append('\n');
        }
        throw new IllegalStateException("PostgreSQL did not start, but said: " + output);
    }

    /** Of those that the kernel gives to no outgoing connection. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_768);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (BindException taken) {
                continue;
            }
        }
    }
}
