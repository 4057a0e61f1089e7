package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds frames that a transport does not answer, against its contract, so that neither their callers nor later frames
 * wait for ever (Rule 2.27). Such frames fail as UNKNOWN, and the transport must close the connections on which they
 * were sent.
 *
 * <p>It checks at the interval of {@link dev.roomcast.adapter.spi.TransportCapabilities#confirmWithin()}. Frames are overdue if
 * two checks in a row find them older than twice that time. After a pause of the process, waiting answers are read
 * before the second check.
 *
 * <p><i>Threading:</i> checks are short and run on the scheduler, never on the publisher's turn, which may be inside
 * the transport.
 */
public final class AnswerWatch {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final Execution execution;
    private final Publisher publisher;
    private final LongAdder unanswered;
    private final LongAdder sent;
    private final Runnable changed;
    private final RateLimitedLog warnings;

    private volatile @Nullable Throwable silence;
    /** How many messages had been accepted when the transport fell silent. On the scheduler. */
    private long sentBefore;

    /** @param changed is told when {@link #silence} has changed */
    public AnswerWatch(Execution execution, Counters counters, Publisher publisher, Runnable changed) {
        this.execution = execution;
        this.publisher = publisher;
        this.unanswered = counters.of(Counters.FRAMES_UNANSWERED);
        this.sent = counters.of(Counters.MESSAGES_SENT);
        this.changed = changed;
        this.warnings = new RateLimitedLog(log, execution);
    }

    public void begin(Transport transport) {
        if (!transport.capabilities().isAlone()) {
            lookLater(transport.capabilities().confirmWithin());
        }
    }

    /** Why frames have failed that the transport did not answer, until it accepts one; else null. On any thread. */
    @Nullable
    public Throwable silence() {
        return silence;
    }

    private void lookLater(Duration interval) {
        execution.scheduler().after(interval, () -> {
            lookLater(interval);
            look(interval.multipliedBy(2));
        });
    }

    private void look(Duration limit) {
        if (silence != null && sent.sum() != sentBefore) {
            silence = null;
            changed.run();
        }
        List<PublishFrame> overdue = publisher.overdue(limit);
        if (!overdue.isEmpty()) {
            sentBefore = sent.sum();
            execution.workers().execute(() -> fail(overdue, limit));
        }
    }

    private void fail(List<PublishFrame> overdue, Duration limit) {
        Set<String> channels = overdue.stream().map(PublishFrame::channel).collect(Collectors.toSet());
        String what = "the transport has not answered " + overdue.size() + " frames within " + limit.toMillis()
                + " ms, the oldest on channel " + overdue.get(0).channel()
                + (channels.size() > 1 ? ", on " + channels.size() + " channels in all" : "");
        unanswered.add(overdue.size());
        warnings.warn(what + "; they fail as UNKNOWN, and the connection they left on is ended", null);
        IllegalStateException why = new IllegalStateException(what);
        silence = why;
        // Before the frames fail: what waits for them leaves on the next connection.
        publisher.resetPublishing(channels, what);
        overdue.forEach(frame -> frame.unknown(why));
        changed.run();
    }
}
