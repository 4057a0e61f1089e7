package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import dev.roomcast.adapter.engine.subscribe.Subscriptions.Heard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Detects lost subscriptions of single rooms and users: it publishes a frame on a suspected channel and awaits it
 * there. A broker or a transport may lose a single subscription while its link works (Rule 4.20). There are many
 * channels, so a channel is probed only if an expected frame has not arrived on it: one of another node, or of this
 * node. On the inbox's turn.
 */
final class ChannelProbes {

    /** Further channels are suspected later, when something is missing there again. */
    private static final int MOST = 1_000;

    /** A channel as it was last received, and a frame of this node that should come back on it. */
    private record Suspect(Heard heard, SelfProbe selfProbe) {}

    private final LocalIdentity identity;
    private final ProtocolSchedule schedule;
    private final Subscriptions subscriptions;
    private final BrokerLinks links;
    private final Function<Target, CompletionStage<?>> send;
    private final Map<String, Suspect> suspects = new LinkedHashMap<>();

    /**
     * Nothing is suspected.
     *
     * @param send sends a frame on the channel of that target; its stage completes when the broker has it
     */
    ChannelProbes(
            LocalIdentity identity,
            ProtocolSchedule schedule,
            Subscriptions subscriptions,
            BrokerLinks links,
            Function<Target, CompletionStage<?>> send) {
        this.identity = identity;
        this.schedule = schedule;
        this.subscriptions = subscriptions;
        this.links = links;
        this.send = send;
    }

    /** A frame of this node has left on a channel. If the node has the channel, something must have come there since that moment. */
    void left(String channel, long moment) {
        Heard heard = subscriptions.heard(channel, identity.incarnation());
        if (heard != null && heard.lastHeard() - moment < 0) {
            suspect(channel, heard);
        }
    }

    /** Something that should have come on a channel has not. */
    void suspect(String channel) {
        suspect(channel, subscriptions.heard(channel, identity.incarnation()));
    }

    private void suspect(String channel, @Nullable Heard heard) {
        if (heard != null && !suspects.containsKey(channel) && suspects.size() < MOST) {
            SelfProbe selfProbe =
                    new SelfProbe(schedule.execution(), schedule.timing().silence());
            selfProbe.confirmed(heard.lastHeard());
            Suspect suspect = new Suspect(heard, selfProbe);
            suspects.put(channel, suspect);
            probe(suspect);
        }
    }

    private void probe(Suspect suspect) {
        long sent = schedule.now();
        send.apply(suspect.heard().target()).whenComplete((done, failure) -> {
            if (failure == null) {
                schedule.run(() -> suspect.selfProbe().accepted(sent));
            }
        });
    }

    /** A heartbeat's time has passed: a probe may not have left. */
    void beat() {
        suspects.values().forEach(this::probe);
    }

    /** A channel was lost. */
    void lost(String channel) {
        suspects.remove(channel);
    }

    /**
     * Has channels asked for again that bring nothing back.
     *
     * @param forgiven for so long nothing could come, for reasons of this node's own
     * @param isWell whether the node receives its own frames on its control channels; if not, those of a room prove nothing
     */
    void check(long forgiven, boolean isWell) {
        suspects.entrySet()
                .removeIf(one -> isCleared(one.getKey(), one.getValue().heard()));
        for (Suspect suspect : List.copyOf(suspects.values())) {
            suspect.selfProbe().forgive(forgiven);
            if (isWell && suspect.selfProbe().isOverdue()) {
                String channel = suspect.heard().channel().channel;
                lost(channel);
                links.renew(
                        suspect.heard(),
                        "nothing that node " + identity.name() + " has published on channel " + channel + " for "
                                + schedule.timing().silence()
                                + " has come back, although the broker accepted it and other channels work");
            }
        }
    }

    /** Whether something has come since, or the channel is not received on that link any more. */
    private boolean isCleared(String channel, Heard then) {
        Heard now = subscriptions.heard(channel, identity.incarnation());
        return now == null || now.link() != then.link() || now.lastHeard() != then.lastHeard();
    }
}
