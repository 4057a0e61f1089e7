package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Checks links that carry rooms of this node, but neither of the node's own two channels. Such links exist if the
 * channels of a broker are spread over several servers. On one room's channel of each such link an own frame must come
 * back with every heartbeat (Rule 4.17). On the inbox's turn.
 */
final class LinkProbes {

    private record Probed(Subscription channel, WireLink link, Target target, SelfProbe selfProbe) {}

    private final ProtocolSchedule schedule;
    private final Subscriptions subscriptions;
    private final BrokerLinks links;
    private final Function<Target, CompletionStage<?>> send;
    /** None where one link carries all. */
    private final Map<String, Probed> byChannel = new HashMap<>();

    /**
     * No link is known yet.
     *
     * @param send sends a frame on the channel of that target; its stage completes when the broker has it
     */
    LinkProbes(
            ProtocolSchedule schedule,
            Subscriptions subscriptions,
            BrokerLinks links,
            Function<Target, CompletionStage<?>> send) {
        this.schedule = schedule;
        this.subscriptions = subscriptions;
        this.links = links;
        this.send = send;
    }

    /**
     * A heartbeat's time has passed.
     *
     * @param known links on which the node receives its own frames anyway
     */
    void beat(Incarnation node, Set<WireLink> known) {
        byChannel
                .values()
                .removeIf(probed ->
                        known.contains(probed.link()) || subscriptions.linkOf(probed.channel()) != probed.link());
        Set<WireLink> probedOrKnown = new HashSet<>(known);
        byChannel.values().forEach(probed -> probedOrKnown.add(probed.link()));
        if (!probedOrKnown.containsAll(links.links())) {
            subscriptions.oneOnEachOther(probedOrKnown, node).forEach((link, channel) -> begin(channel, link, node));
        }
        List.copyOf(byChannel.values()).forEach(this::probe);
    }

    private void begin(Subscription channel, WireLink link, Incarnation node) {
        Target target = channel.owner.probeOf(node);
        if (target != null) {
            SelfProbe selfProbe =
                    new SelfProbe(schedule.execution(), schedule.timing().silence());
            selfProbe.confirmed(schedule.now());
            byChannel.put(channel.channel, new Probed(channel, link, target, selfProbe));
        }
    }

    private void probe(Probed probed) {
        long sent = schedule.now();
        send.apply(probed.target()).whenComplete((done, failure) -> {
            if (failure == null) {
                schedule.run(() -> probed.selfProbe().accepted(sent));
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
     * Has links replaced that bring nothing back.
     *
     * @param forgiven for so long nothing could come, for reasons of this node's own
     */
    void check(long forgiven, String nodeName) {
        for (Probed probed : List.copyOf(byChannel.values())) {
            probed.selfProbe().forgive(forgiven);
            if (probed.selfProbe().isOverdue()) {
                lost(probed.channel().channel);
                links.replaceLinkOf(
                        probed.channel(),
                        probed.selfProbe().lastHeard(),
                        "nothing that node " + nodeName + " has published on channel " + probed.channel().channel
                                + " for " + schedule.timing().silence()
                                + " has come back, although the broker accepted it");
            }
        }
    }
}
