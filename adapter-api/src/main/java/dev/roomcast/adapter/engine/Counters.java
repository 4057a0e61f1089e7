package dev.roomcast.adapter.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted, by name. The names are part of the interface: they stand in docs/operations.md. */
final class Counters {

    static final String MESSAGES_SENT = "messages.sent";
    static final String MESSAGES_NOT_SENT = "messages.not_sent";
    static final String MESSAGES_UNKNOWN = "messages.unknown";
    static final String PACKETS_RECEIVED = "packets.received";
    static final String PACKETS_DELIVERED = "packets.delivered";
    static final String PACKETS_SKIPPED = "packets.skipped";
    static final String SENDS_FAILED = "sends.failed";
    static final String SENDS_STALLED = "sends.stalled";
    static final String LANE_DROPPED = "lane.dropped";
    static final String LISTENERS_FAILED = "listeners.failed";
    static final String FRAMES_MALFORMED = "frames.malformed";
    static final String FRAMES_NOT_UNDERSTOOD = "frames.not_understood";
    static final String FRAMES_FORGED = "frames.forged";
    static final String FRAMES_REPLAYED = "frames.replayed";
    static final String FRAMES_PASSED_OVER = "frames.passed_over";
    static final String FRAMES_DROPPED = "frames.dropped";
    static final String FRAMES_LOST = "frames.lost";
    static final String FRAMES_REPEATED = "frames.repeated";
    static final String LOSSES_POSSIBLE = "losses.possible";
    static final String STREAMS_FORGOTTEN = "streams.forgotten";
    static final String CHANNELS_REFUSED = "channels.refused";
    static final String CHANNELS_DROPPED = "channels.dropped";
    static final String LINKS_LOST = "links.lost";
    static final String LINKS_DEAF = "links.deaf";
    static final String HANDLERS_FAILED = "handlers.failed";
    static final String DISCONNECTS_FAILED = "disconnects.failed";
    static final String STAGES_FAILED = "stages.failed";

    private final Map<String, LongAdder> values = new ConcurrentHashMap<>();

    /** The adder of a name, to be kept where counting is frequent. */
    LongAdder of(String name) {
        return values.computeIfAbsent(name, n -> new LongAdder());
    }

    void add(String name) {
        of(name).increment();
    }

    void copyTo(TreeMap<String, Long> copy) {
        values.forEach((name, value) -> copy.merge(name, value.sum(), Long::sum));
    }
}
