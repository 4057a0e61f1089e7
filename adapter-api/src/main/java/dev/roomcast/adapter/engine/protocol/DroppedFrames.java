package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts, and logs at intervals, which frames and packets of other nodes are not taken. On any thread. */
final class DroppedFrames {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final Counters counters;
    private final RateLimitedLog forged;
    private final RateLimitedLog notUnderstood;
    private final RateLimitedLog undelivered;

    DroppedFrames(Execution execution, Counters counters) {
        this.counters = counters;
        this.forged = new RateLimitedLog(log, execution);
        this.notUnderstood = new RateLimitedLog(log, execution);
        this.undelivered = new RateLimitedLog(log, execution);
    }

    /** A frame is not signed with a key of this node. */
    void forged(String channel) {
        counters.add(Counters.FRAMES_FORGED);
        forged.warn(
                "a frame on channel " + channel + " is not signed with a key of this node's, and is dropped: compare "
                        + EngineOptions.AUTH_KEY + " of all nodes, and look for who else publishes there",
                null);
    }

    /** A frame came a second time. */
    void replayed() {
        counters.add(Counters.FRAMES_REPLAYED);
    }

    /** Bytes are no frame. */
    void malformed() {
        counters.add(Counters.FRAMES_MALFORMED);
    }

    /** A frame is written in a version that this node does not read. */
    void notUnderstood(String why) {
        counters.add(Counters.FRAMES_NOT_UNDERSTOOD);
        notUnderstood.warn(why + ": bring all nodes to versions that overlap", null);
    }

    /** A frame is for rooms and users of other nodes alone. */
    void passedOver() {
        counters.add(Counters.FRAMES_PASSED_OVER);
    }

    /** So many packets were dropped since too much waits to be delivered. */
    void undelivered(int packets) {
        counters.of(Counters.PACKETS_DROPPED).add(packets);
        undelivered.warn(
                "packets from other nodes were dropped, because the connections of this node take them more slowly than they"
                        + " come and " + EngineOptions.QUEUE_BYTES + " is reached; they are reported as lost",
                null);
    }
}
