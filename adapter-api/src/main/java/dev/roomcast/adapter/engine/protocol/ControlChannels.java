package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The node's two {@link ControlChannel}s, and whether both are confirmed. On the inbox's turn. */
final class ControlChannels {

    private final ControlChannel namespace;
    private final ControlChannel own;
    private final Set<ControlChannel> unconfirmed = new HashSet<>();

    ControlChannels(
            ChannelNames names, LocalIdentity identity, Subscriptions subscriptions, ProtocolSchedule schedule) {
        this.namespace = new ControlChannel(names.namespace(), Target.everyone(), subscriptions, schedule);
        this.own = new ControlChannel(
                names.node(identity.incarnation()), Target.rooms(List.of()), subscriptions, schedule);
        unconfirmed.addAll(both());
    }

    /** The channel that all nodes publish on. */
    ControlChannel namespace() {
        return namespace;
    }

    /** The channel on which others publish what is for this node alone. */
    ControlChannel own() {
        return own;
    }

    List<ControlChannel> both() {
        return List.of(namespace, own);
    }

    void want(ControlChannel.Frames frames, ControlChannel.States states) {
        both().forEach(channel -> channel.want(frames, states));
    }

    /** Whether both are confirmed. */
    boolean areConfirmed() {
        return unconfirmed.isEmpty();
    }

    /** Returns whether this node receives again: it did not, and both are confirmed now. */
    boolean confirmed(ControlChannel channel) {
        return unconfirmed.remove(channel) && areConfirmed();
    }

    void lost(ControlChannel channel) {
        unconfirmed.add(channel);
    }

    /** Whether both are confirmed, and what was published on them has come back. */
    boolean bringEverythingBack() {
        return areConfirmed() && both().stream().noneMatch(ControlChannel::isAwaited);
    }

    /** The links that carry them. */
    Set<WireLink> links() {
        return both().stream()
                .flatMap(channel -> Stream.ofNullable(channel.link()))
                .collect(Collectors.toSet());
    }

    /** Those that are wanted. */
    List<Subscription> subscriptions() {
        return both().stream()
                .flatMap(channel -> Stream.ofNullable(channel.subscription()))
                .toList();
    }
}
