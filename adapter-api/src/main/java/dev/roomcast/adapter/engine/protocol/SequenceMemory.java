package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.SequenceTracker;
import java.util.Optional;

/** The memory that the numbers of other nodes' frames take: shown by gauges, and by health where it is short. */
final class SequenceMemory {

    private final LossDetector lossDetector;
    private final long mostBytes;
    private final String namespaceChannel;
    private final BrokerLinks links;
    private volatile long bytes;

    SequenceMemory(LossDetector lossDetector, long mostBytes, String namespaceChannel, BrokerLinks links) {
        this.lossDetector = lossDetector;
        this.mostBytes = mostBytes;
        this.namespaceChannel = namespaceChannel;
        this.links = links;
    }

    /** A heartbeat's time has passed. On the inbox's turn. */
    void beat() {
        bytes = lossDetector.bytes();
        links.remark(namespaceChannel, lossDetector.isShort() ? Optional.of(remark()) : Optional.empty());
    }

    private String remark() {
        return "losses may go unseen in the namespace of channel " + namespaceChannel
                + ": the numbers of other nodes' frames take more than " + EngineOptions.SEQUENCE_BYTES + "="
                + mostBytes + ", or one channel's more than a " + SequenceTracker.PARTS
                + "th of it, so that the senders silent for the longest are forgotten; raise it";
    }

    /** The node ends. On the inbox's turn. */
    void close() {
        links.remark(namespaceChannel, Optional.empty());
    }

    /** As of the last heartbeat. On any thread. */
    long bytes() {
        return bytes;
    }
}
