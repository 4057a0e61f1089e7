package dev.roomcast.examples.servers.acceptance;

import dev.roomcast.testredis.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own: its {@code main}, on a free port, which it says on its output. */
final class ServerProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on port (\\d+)");
    private static final Pattern TROUBLE = Pattern.compile("\\b(WARN|WARNING|ERROR|SEVERE)\\b|Exception");

    private final String name;
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newHttpClient();
    /** The shell that has it continue when its input ends. */
    private @Nullable Process stillness;

    private ServerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    static ServerProcess start(String name, Class<?> main, Map<String, String> environment) {
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-Duser.language=en",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        EndsWithParent.class.getName(),
                        main.getName())
                .redirectErrorStream(true);
        java.environment().put("PORT", "0");
        java.environment().putAll(environment);
        java.environment().put("ROOMCAST_NODE_NAME", name);
        try {
            ServerProcess server = new ServerProcess(name, java.start());
            Thread reader = new Thread(server::readOutput, "output-of-" + name);
            reader.setDaemon(true);
            reader.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("a process for " + name + " cannot be started", e);
        }
    }

    String address() {
        return "localhost:" + port.orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + address() + path))
                        .timeout(Patience.LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Returns a value of {@code /health}. */
    long health(String value) throws IOException, InterruptedException {
        String body = get("/health").body();
        return body.lines()
                .filter(line -> line.startsWith(value + " "))
                .mapToLong(line -> Long.parseLong(line.substring(value.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("/health has no " + value + ":\n" + body));
    }

    /** Returns the status that {@code /health} tells. */
    String status() throws IOException, InterruptedException {
        return get("/health").body().lines().findFirst().orElse("").replace("status ", "");
    }

    /** Returns the lines of {@code /health} that are not 0, for the message of a failure. */
    String healthInShort() {
        try {
            return get("/health")
                    .body()
                    .lines()
                    .filter(line -> !line.endsWith(" 0"))
                    .collect(Collectors.joining(", ", name + ": ", ""));
        } catch (IOException | InterruptedException e) {
            return name + ": " + e;
        }
    }

    /** Sends SIGTERM. By the handle, which leaves the output open. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Ends it by SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Stops it by SIGSTOP until {@link #goOn()}, or until the JVM of the test has ended: it cannot see that itself. */
    void standStill() throws IOException {
        Process shell = new ProcessBuilder(
                        "sh", "-c", "kill -STOP $0 && echo stopped; cat; kill -CONT $0", Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start();
        String said = shell.inputReader(StandardCharsets.UTF_8).readLine();
        if (!"stopped".equals(said)) {
            throw new IOException(name + " was not stopped: " + said);
        }
        stillness = shell;
    }

    /** Ends what {@link #standStill()} has begun. */
    void goOn() throws IOException, InterruptedException {
        Process shell = Objects.requireNonNull(stillness, "it does not stand still");
        shell.getOutputStream().close();
        shell.waitFor();
    }

    /** Returns what the JVM's diagnostic command prints. */
    List<String> jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        List<String> lines = jcmd.inputReader(StandardCharsets.UTF_8).lines().collect(Collectors.toList());
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + " of " + name + " failed: " + lines);
        }
        return lines;
    }

    /** Returns how many files and sockets it has open, or 0 where that is not told. */
    long files() throws IOException {
        Path files = Path.of("/proc", Long.toString(process.pid()), "fd");
        if (!Files.isDirectory(files)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(files)) {
            return open.count();
        }
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end; its output:\n" + String.join("\n", output));
        }
        outputEnded.orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join();
        return process.exitValue();
    }

    int linesSoFar() {
        return output.size();
    }

    List<String> troubleSince(int line) {
        List<String> lines = List.copyOf(output);
        return lines.subList(line, lines.size()).stream()
                .filter(said -> TROUBLE.matcher(said).find())
                .collect(Collectors.toList());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                System.out.println("[" + name + "] " + line);
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    port.complete(Integer.parseInt(listening.group(1)));
                }
            }
        } catch (IOException e) {
            output.add("its output cannot be read: " + e);
        }
        port.completeExceptionally(new IllegalStateException(name + " ended before it listened; its output says why"));
        outputEnded.complete(null);
    }
}
