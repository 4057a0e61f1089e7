package dev.roomcast.examples.portfolio;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A {@link DemoNode} in a child process, which ends with this one. Its output comes out of ours, with its name in front.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class NodeProcess implements AutoCloseable {
    private static final Duration PATIENCE_FOR_START = Duration.ofSeconds(60);
    private static final Duration PATIENCE_FOR_END = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private NodeProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Starts a node, and returns at once. */
    static NodeProcess start(String name, int port, Map<String, String> environment, PrintStream out) {
        ProcessBuilder builder = java(DemoNode.class, Integer.toString(port)).redirectErrorStream(true);
        builder.environment().put("ROOMCAST_NODE_NAME", name);
        builder.environment().putAll(environment);
        try {
            NodeProcess node = new NodeProcess(name, builder.start());
            Thread reader = new Thread(() -> node.copyOutput(out), "output-of-" + name);
            reader.setDaemon(true);
            reader.start();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException("A process for " + name + " cannot be started", e);
        }
    }

    /** Returns a process of this JVM's java and class path, to be started. */
    static ProcessBuilder java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** Waits until the node listens, and returns its URL. */
    String url() {
        return "http://localhost:"
                + port.orTimeout(PATIENCE_FOR_START.toSeconds(), TimeUnit.SECONDS)
                        .join();
    }

    long pid() {
        return process.pid();
    }

    boolean endedWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the node as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends the node: it says goodbye to the others, if it can. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // Then there is nothing to be told.
        }
        if (!endedWithin(PATIENCE_FOR_END)) {
            process.destroyForcibly();
        }
    }

    private void copyOutput(PrintStream out) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DemoNode.LISTENING)) {
                    port.complete(Integer.parseInt(line.substring(DemoNode.LISTENING.length())));
                } else {
                    out.println("[" + name + "] " + line);
                }
            }
        } catch (IOException e) {
            out.println("[" + name + "] " + e);
        }
        port.completeExceptionally(new IllegalStateException(name + " ended before it listened; its output says why"));
    }
}
