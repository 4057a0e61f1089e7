package dev.roomcast.adapter.engine.runtime;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The counters by name. The names are part of the interface and are listed in docs/operations.md. */
public final class Counters {

    public static final String MESSAGES_SENT = "messages.sent";
    public static final String MESSAGES_NOT_SENT = "messages.not_sent";
    public static final String MESSAGES_UNKNOWN = "messages.unknown";
    public static final String PACKETS_RECEIVED = "packets.received";
    public static final String PACKETS_DELIVERED = "packets.delivered";
    public static final String PACKETS_DROPPED = "packets.dropped";
    public static final String PACKETS_SKIPPED = "packets.skipped";
    public static final String MEMBERS_GIVEN_UP = "members.given_up";
    public static final String SENDS_FAILED = "sends.failed";
    public static final String SENDS_STALLED = "sends.stalled";
    public static final String LISTENERS_FAILED = "listeners.failed";
    public static final String FRAMES_MALFORMED = "frames.malformed";
    public static final String FRAMES_NOT_UNDERSTOOD = "frames.not_understood";
    public static final String FRAMES_FORGED = "frames.forged";
    public static final String FRAMES_REPLAYED = "frames.replayed";
    public static final String FRAMES_UNANSWERED = "frames.unanswered";
    public static final String FRAMES_PASSED_OVER = "frames.passed_over";
    public static final String FRAMES_DROPPED = "frames.dropped";
    public static final String FRAMES_LOST = "frames.lost";
    public static final String FRAMES_REPEATED = "frames.repeated";
    public static final String LOSSES_POSSIBLE = "losses.possible";
    public static final String STREAMS_FORGOTTEN = "streams.forgotten";
    public static final String CHANNELS_REFUSED = "channels.refused";
    public static final String CHANNELS_DROPPED = "channels.dropped";
    public static final String CHANNELS_DEAF = "channels.deaf";
    public static final String LINKS_LOST = "links.lost";
    public static final String LINKS_DEAF = "links.deaf";
    public static final String LINKS_UNRECEIVED = "links.unreceived";
    public static final String HANDLERS_FAILED = "handlers.failed";
    public static final String DISCONNECTS_FAILED = "disconnects.failed";
    public static final String DISCONNECTS_STALLED = "disconnects.stalled";
    static final String STAGES_FAILED = "stages.failed";
    static final String CALLBACKS_STALLED = "callbacks.stalled";

    static final List<String> ALL = List.of(
            MESSAGES_SENT,
            MESSAGES_NOT_SENT,
            MESSAGES_UNKNOWN,
            PACKETS_RECEIVED,
            PACKETS_DELIVERED,
            PACKETS_DROPPED,
            PACKETS_SKIPPED,
            MEMBERS_GIVEN_UP,
            SENDS_FAILED,
            SENDS_STALLED,
            LISTENERS_FAILED,
            FRAMES_MALFORMED,
            FRAMES_NOT_UNDERSTOOD,
            FRAMES_FORGED,
            FRAMES_REPLAYED,
            FRAMES_UNANSWERED,
            FRAMES_PASSED_OVER,
            FRAMES_DROPPED,
            FRAMES_LOST,
            FRAMES_REPEATED,
            LOSSES_POSSIBLE,
            STREAMS_FORGOTTEN,
            CHANNELS_REFUSED,
            CHANNELS_DROPPED,
            CHANNELS_DEAF,
            LINKS_LOST,
            LINKS_DEAF,
            LINKS_UNRECEIVED,
            HANDLERS_FAILED,
            DISCONNECTS_FAILED,
            DISCONNECTS_STALLED,
            STAGES_FAILED,
            CALLBACKS_STALLED);

    private final Map<String, LongAdder> values =
            ALL.stream().collect(Collectors.toUnmodifiableMap(name -> name, name -> new LongAdder()));

    /** The adder of a name, to be kept where counting is frequent. */
    public LongAdder of(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    public void add(String name) {
        of(name).increment();
    }

    public void copyTo(TreeMap<String, Long> copy) {
        values.forEach((name, value) -> copy.merge(name, value.sum(), Long::sum));
    }
}
