package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remarks of a transport by subject: facts that operators should know although the transport works.
 *
 * <p><i>Threading:</i> on the inbox's turn.
 */
final class TransportRemarks {

    private static final Logger log = LoggerFactory.getLogger(TransportRemarks.class);

    private final Execution execution;
    private final Map<String, String> bySubject = new TreeMap<>();
    private final Map<String, RateLimitedLog> logs = new HashMap<>();

    TransportRemarks(Execution execution) {
        this.execution = execution;
    }

    /** Returns whether that is news. */
    boolean set(String subject, Optional<String> remark) {
        Optional<String> before = Optional.ofNullable(
                remark.isPresent() ? bySubject.put(subject, remark.get()) : bySubject.remove(subject));
        if (before.equals(remark)) {
            return false;
        }
        remark.ifPresentOrElse(
                text -> logs.computeIfAbsent(subject, s -> new RateLimitedLog(log, execution))
                        .warn(text, null),
                () -> log.info("no longer so: {}", before.orElseThrow()));
        return true;
    }

    /** To be added to another reason of health. */
    String text() {
        return bySubject.isEmpty() ? "" : "; " + String.join("; ", bySubject.values());
    }
}
