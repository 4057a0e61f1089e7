package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.engine.receive.ChannelModes;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows on which channels the other nodes receive. What a node of the other mode has published before it knew of this one may have gone
 * where this one receives nothing: that is reported as a possible loss. On the inbox's turn.
 */
final class MixedChannelModes {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final ChannelModes modes;
    private final LossDetector lossDetector;
    private final String namespaceChannel;
    private final ProtocolSchedule schedule;
    private final Runnable onChange;
    private final RateLimitedLog mixed;
    /** Reported once more with the next heartbeat. */
    private final Set<Incarnation> missedOf = new HashSet<>();

    /** @param onChange runs when {@link #trouble} has changed */
    MixedChannelModes(
            ChannelModes modes,
            LossDetector lossDetector,
            String namespaceChannel,
            ProtocolSchedule schedule,
            Runnable onChange) {
        this.modes = modes;
        this.lossDetector = lossDetector;
        this.namespaceChannel = namespaceChannel;
        this.schedule = schedule;
        this.onChange = onChange;
        this.mixed = new RateLimitedLog(log, schedule.execution());
    }

    /** A node has announced on which channels it receives. */
    void met(Incarnation node, String name, ChannelMode channels) {
        if (modes.met(node, name, channels)) {
            mixed.warn(modes.trouble().orElse(""), null);
            reportMissed(Set.of(node), lossDetector.listensSince());
            missedOf.add(node);
            onChange.run();
        }
    }

    void gone(Incarnation node) {
        modes.gone(node);
    }

    /** A heartbeat's time has passed. */
    void beat() {
        reportMissed(missedOf, schedule.now() - schedule.timing().heartbeat().toNanos());
        missedOf.clear();
    }

    /** Packets of these nodes may not have come, because they did not know where this node receives. */
    private void reportMissed(Set<Incarnation> nodes, long since) {
        if (modes.own() == ChannelMode.STATIC) {
            nodes.forEach(node -> lossDetector.missed(node, Set.of(namespaceChannel), since));
        }
    }

    /** What is wrong and what to do about it, if nodes differ. */
    Optional<String> trouble() {
        return modes.trouble();
    }
}
