package dev.roomcast.examples.chaos;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A {@link ChaosNode} in a child process, which ends with this one.
 *
 * <p><i>Threading:</i> used by one thread; notes come on another.
 */
final class NodeProcess implements AutoCloseable {

    private static final Duration PATIENCE_FOR_END = Duration.ofSeconds(30);
    /** Little work, on a machine that many share: what is compiled quickly is good enough. */
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    /** The shell lets the node go on even if this process is gone by then: nothing is left behind. */
    private static final String STOP = "trap '' HUP INT TERM; kill -STOP \"$1\" && sleep \"$2\"; kill -CONT \"$1\"";

    private final String name;
    private final Process process;
    private final Thread reader;
    private volatile boolean mayEnd;

    private NodeProcess(String name, Process process, Path copy, Consumer<Note> notes, Runnable ended) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(() -> read(copy, notes, ended), "notes-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a node.
     *
     * @param seat its members are called after it
     * @param settings as {@code key=value}
     * @param logs the directory for its log, and for its notes as they came
     * @param notes gets each note
     * @param ended is run when there are no more although nobody has ended it
     */
    static NodeProcess start(
            String name,
            String seat,
            long seed,
            List<String> settings,
            Path logs,
            Consumer<Note> notes,
            Runnable ended) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
        command.addAll(List.of(ChaosNode.class.getName(), name, seat, Long.toString(seed)));
        command.addAll(settings);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(logs.resolve("node-" + name + ".log").toFile())
                    .start();
            return new NodeProcess(name, process, logs.resolve("node-" + name + ".notes"), notes, ended);
        } catch (IOException e) {
            throw new UncheckedIOException("A process for node " + name + " cannot be started", e);
        }
    }

    private void read(Path copy, Consumer<Note> notes, Runnable ended) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
                BufferedWriter copied = Files.newBufferedWriter(copy)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                copied.append(line).append('\n');
                // The last line of a node that was killed may be a part of one.
                if (line.endsWith(Journal.END_OF_LINE)) {
                    notes.accept(Note.parse(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The notes of node " + name + " cannot be read", e);
        } finally {
            if (!mayEnd) {
                ended.run();
            }
        }
    }

    String name() {
        return name;
    }

    void tell(String word) throws IOException {
        Writer in = process.outputWriter(StandardCharsets.US_ASCII);
        in.write(word + "\n");
        in.flush();
    }

    /** Has the node stand still by {@code SIGSTOP}, and go on after some time. */
    void stop(Duration time) throws IOException, InterruptedException {
        String seconds = time.toMillis() / 1000.0 + "";
        new ProcessBuilder("/bin/sh", "-c", STOP, "stop", Long.toString(process.pid()), seconds)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Ends the node by {@code kill -9}, and returns when all that it has noted by then has been read. */
    void kill() throws InterruptedException {
        mayEnd = true;
        // That of the process itself closes the pipe, with what was noted and not read yet.
        process.toHandle().destroyForcibly();
        awaitEnd();
    }

    /** Lets the node say goodbye, and returns when all its notes have been read. */
    void end() throws IOException, InterruptedException {
        mayEnd = true;
        process.getOutputStream().close();
        awaitEnd();
        if (process.exitValue() != 0) {
            throw new IllegalStateException("node " + name + " ended with status " + process.exitValue());
        }
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE_FOR_END.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("node " + name + " does not end");
        }
        reader.join(PATIENCE_FOR_END.toMillis());
    }

    @Override
    public void close() {
        mayEnd = true;
        process.destroyForcibly();
    }
}
