package dev.roomcast.adapter.engine.runtime;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Logs the first failure of each kind since the last success, at once. Health shows repeated ones. Kinds differ by
 * their text.
 *
 * <p><i>Threading:</i> by one thread at a time.
 */
public final class FailureLog {

    /** The texts are the transport's, and may hold anything. */
    private static final int MOST_KINDS = 16;

    private final Logger log;
    private final Set<String> logged = new HashSet<>();

    public FailureLog(Logger log) {
        this.log = log;
    }

    public void failed(Throwable why) {
        String text = Failures.text(why);
        if (logged.size() < MOST_KINDS && logged.add(text)) {
            // The stack trace of an Error says what a text does not.
            log.warn("Roomcast could not connect, and tries again: " + text, Failures.errorIn(why));
        }
    }

    public void succeeded() {
        logged.clear();
    }
}
