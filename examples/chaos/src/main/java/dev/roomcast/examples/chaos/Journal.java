package dev.roomcast.examples.chaos;

import java.io.PrintStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hands a node's notes to the process that started it. Nobody who makes a note waits for that: a {@code send} must not block.
 *
 * <p><i>Threading:</i> thread-safe. Notes of one thread stay in order.
 */
final class Journal implements AutoCloseable {

    /** Tells a whole line from what a process that was killed has written of one. */
    static final String END_OF_LINE = " .";

    private static final String END = "";

    private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
    private final Thread writer;

    Journal(PrintStream out) {
        writer = new Thread(() -> write(out), "journal");
        writer.setDaemon(true);
        writer.start();
    }

    void note(Note note) {
        waiting.add(note.line() + END_OF_LINE);
    }

    private void write(PrintStream out) {
        try {
            for (String line = waiting.take(); !line.equals(END); line = next(out)) {
                out.println(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.flush();
    }

    private String next(PrintStream out) throws InterruptedException {
        @Nullable String line = waiting.poll();
        if (line == null) {
            out.flush();
            line = waiting.take();
        }
        return line;
    }

    /** Returns when all notes are written. */
    @Override
    public void close() {
        waiting.add(END);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
