package dev.roomcast.adapter.engine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a class logs, at the level that simplelogger.properties gives it. */
public final class CapturedLog {

    private CapturedLog() {}

    /** The messages that a class logs, also on other threads, while the action runs. */
    public static List<String> of(Class<?> logger, Runnable action) {
        return of(logger.getName(), action);
    }

    /** The messages that a logger of this name logs, also on other threads, while the action runs. */
    public static synchronized List<String> of(String logger, Runnable action) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(err);
        }
        String name = logger + " - ";
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(name))
                .map(line -> line.substring(line.indexOf(name) + name.length()))
                .toList();
    }
}
