package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Whether a node hears itself also on links that carry rooms of it, and neither of the two channels of its own, as there are where the
 * channels of a broker are spread over several servers. On each of these one room's channel must give back a frame with every heartbeat
 * (Rule 4.17). On the inbox's turn.
 */
final class LinkProbes {

    private record Probed(Subscription channel, WireLink link, Target target, SelfProbe selfProbe) {}

    private final Wire wire;
    private final Duration patience;
    private final Function<Target, CompletionStage<Void>> send;
    /** None where one link carries all. */
    private final Map<String, Probed> byChannel = new HashMap<>();

    /**
     * No link is known yet.
     *
     * @param patience how long a frame that was accepted may take to come back
     * @param send sends a frame on the channel of that target; its stage completes when the broker has it
     */
    LinkProbes(Wire wire, Duration patience, Function<Target, CompletionStage<Void>> send) {
        this.wire = wire;
        this.patience = patience;
        this.send = send;
    }

    /**
     * A heartbeat's time has passed.
     *
     * @param heard links on which the node hears itself anyway
     */
    void beat(Incarnation node, Set<WireLink> heard) {
        byChannel
                .values()
                .removeIf(probed -> heard.contains(probed.link())
                        || wire.subscriptions().linkOf(probed.channel()) != probed.link());
        Set<WireLink> known = new HashSet<>(heard);
        byChannel.values().forEach(probed -> known.add(probed.link()));
        if (!known.containsAll(wire.links())) {
            wire.subscriptions().oneOnEachOther(known, node).forEach((link, channel) -> begin(channel, link, node));
        }
        List.copyOf(byChannel.values()).forEach(this::probe);
    }

    private void begin(Subscription channel, WireLink link, Incarnation node) {
        Target target = channel.owner.probeOf(node);
        if (target != null) {
            SelfProbe selfProbe = new SelfProbe(wire.execution(), patience);
            selfProbe.confirmed(wire.execution().now());
            byChannel.put(channel.channel, new Probed(channel, link, target, selfProbe));
        }
    }

    private void probe(Probed probed) {
        long sent = wire.execution().now();
        send.apply(probed.target()).whenComplete((done, failure) -> {
            if (failure == null) {
                wire.inbox().run(() -> probed.selfProbe().accepted(sent));
            }
        });
    }

    /** A frame of the node itself came back on the channel of a room or user. */
    void came(String channel) {
        Probed probed = byChannel.get(channel);
        if (probed != null) {
            probed.selfProbe().came(probed.link().lastAlive());
        }
    }

    /** A channel was lost. */
    void lost(String channel) {
        byChannel.remove(channel);
    }

    /**
     * Has links replaced that give nothing back.
     *
     * @param forgiven for so long nothing could come, for reasons of this node's own
     */
    void listen(long forgiven, String nodeName) {
        for (Probed probed : List.copyOf(byChannel.values())) {
            probed.selfProbe().forgive(forgiven);
            if (probed.selfProbe().isOverdue()) {
                lost(probed.channel().channel);
                wire.deaf(
                        probed.channel(),
                        probed.selfProbe().lastHeard(),
                        "nothing that node " + nodeName + " has published on channel " + probed.channel().channel
                                + " for " + patience + " has come back, although the broker accepted it");
            }
        }
    }
}
