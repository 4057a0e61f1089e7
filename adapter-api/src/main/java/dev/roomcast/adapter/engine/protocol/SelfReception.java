package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;

/**
 * Whether this node receives what it publishes: on its control channels, on the links of its rooms, and on channels that are suspected. On
 * the inbox's turn.
 */
final class SelfReception {

    private final LocalIdentity identity;
    private final ControlChannels controls;
    private final LinkProbes linkProbes;
    private final ChannelProbes channelProbes;
    private final MessageSender sender;
    private final Counters counters;
    private long droppedHere;

    SelfReception(
            LocalIdentity identity,
            ControlChannels controls,
            LinkProbes linkProbes,
            ChannelProbes channelProbes,
            MessageSender sender,
            Counters counters) {
        this.identity = identity;
        this.controls = controls;
        this.linkProbes = linkProbes;
        this.channelProbes = channelProbes;
        this.sender = sender;
        this.counters = counters;
    }

    /** A heartbeat's time has passed, and the broker takes frames: probes are sent. */
    void beat(long now) {
        controls.own().expectBack(now, sender.publish(sender.node(identity.incarnation()), new Probe()));
        linkProbes.beat(identity.incarnation(), controls.links());
        channelProbes.beat();
    }

    /**
     * Reports what should have come back and has not.
     *
     * @param late for so long this process stood still since the last check
     * @param passed the time since the last check
     */
    void check(long late, long passed, BrokerLinks links) {
        long dropped = counters.of(Counters.FRAMES_DROPPED).sum();
        // What this node dropped itself, because it is too slow, may have been its own.
        long forgiven = dropped == droppedHere ? late : passed;
        droppedHere = dropped;
        controls.both().forEach(channel -> channel.check(forgiven, identity.name(), links));
        linkProbes.check(forgiven, identity.name());
        channelProbes.check(forgiven, controls.bringEverythingBack());
    }

    /** The channel of a room or user was lost with its link. */
    void lost(String channel) {
        linkProbes.lost(channel);
        channelProbes.lost(channel);
    }

    /** A channel alone brought nothing, and is asked for again. */
    void renewed(String channel) {
        linkProbes.lost(channel);
    }

    /**
     * Since when a link may have brought nothing more. It may have only answered what it was asked, and brought no frames; so its last frame on
     * the namespace's channel counts, where each node publishes all the time.
     *
     * @param lastAlive when anything came on the link last
     */
    long receivedUntil(long lastAlive) {
        return Execution.earlier(lastAlive, controls.namespace().lastFrame());
    }
}
