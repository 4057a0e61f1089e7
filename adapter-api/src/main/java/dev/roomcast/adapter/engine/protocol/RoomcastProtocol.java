package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.query.PresenceSource;
import dev.roomcast.adapter.engine.query.PresenceWatcher;
import dev.roomcast.adapter.engine.query.QueryHandler;
import dev.roomcast.adapter.engine.query.ScatterGather;
import dev.roomcast.adapter.engine.receive.ChannelModes;
import dev.roomcast.adapter.engine.receive.PauseClock;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The protocol of Roomcast's own wire (docs/wire.md): what the node uses of it, and what happens at intervals. */
public final class RoomcastProtocol implements Protocol {

    private final ProtocolWire wire;
    private final LocalIdentity identity;
    private final Listener listener;
    private final ProtocolParts parts;
    private final ProtocolSchedule schedule;
    private final MessageSender sender;

    /**
     * Of a node that does not take part yet.
     *
     * @param frameMac signs and verifies frames; null if they are not signed
     * @param mostSequenceBytes how much memory the numbers of other nodes' frames may take
     */
    public RoomcastProtocol(
            ProtocolWire wire,
            LocalIdentity identity,
            ChannelNames names,
            ChannelModes channelModes,
            @Nullable FrameMac frameMac,
            LocalNode local,
            QueryHandler queryHandler,
            ProtocolTiming timing,
            long mostSequenceBytes,
            Listener listener) {
        this.wire = wire;
        this.identity = identity;
        this.listener = listener;
        this.parts = new ProtocolParts(
                wire,
                identity,
                names,
                channelModes,
                frameMac,
                local,
                queryHandler,
                timing,
                mostSequenceBytes,
                listener);
        this.schedule = parts.schedule;
        this.sender = parts.sender;
    }

    /**
     * How many bytes one message of a long answer may take: it fits into a frame, and does not hold up others for long.
     *
     * @param maxFrameBytes the largest frame that the transport moves
     */
    public static int frameBudget(int maxFrameBytes) {
        return MessageSender.frameBudget(maxFrameBytes);
    }

    // ---- the beginning

    @Override
    public void want() {
        parts.controls.want(parts.controlFrames, parts.controlStates);
    }

    @Override
    public void start() {
        wire.subscriptions().settle();
        schedule.every(schedule.timing().heartbeat(), this::beat);
        schedule.every(schedule.timing().watch(), this::watch);
    }

    @Override
    public void startAlone() {
        parts.meeting.startAlone();
    }

    // ---- at intervals

    private void beat() {
        parts.lossDetector.beat();
        parts.memory.beat();
        parts.modes.beat();
        parts.authenticator.beat(schedule.timing().silence().toNanos());
        parts.introduction.beat();
        if (sender.canPublish()) {
            parts.sequences.beat(parts.peers.snapshot().keySet());
        }
        parts.introduction.answerOwed();
        if (!parts.rounds.repeat()) {
            sender.sendToAll(identity.heartbeat(received()));
        }
        parts.receipts.beat();
        if (sender.canPublish()) {
            parts.selfReception.beat(schedule.now());
        }
        parts.requester.sendDue();
        parts.watcher.beat();
        if (sender.refusal() == null) {
            parts.source.beat();
        }
        // What a leave on another thread has changed for health is seen here at the latest.
        listener.changed();
    }

    /** What this node receives, if it is sure of that: what it published itself a heartbeat ago has come back. */
    private OptionalLong received() {
        return hasMetAll() && parts.controls.bringEverythingBack()
                ? OptionalLong.of(parts.introduction.receivedHash())
                : OptionalLong.empty();
    }

    private void watch() {
        PauseClock.Look look = parts.pauses.look(schedule.now());
        if (look.late() > schedule.timing().silence().toNanos() && parts.controls.areConfirmed()) {
            parts.lossDetector.stoodStill(look.last());
        }
        if (look.late() > 0) {
            // A pause of this process, or a queue before this turn: what the others sent meanwhile may be behind it.
            parts.peers.forgive(look.late());
            parts.receipts.forgive(look.late());
            parts.rounds.forgive(look.late());
        }
        parts.peers.look();
        parts.selfReception.check(Math.max(0, look.late()), look.passed(), wire);
        // A node that may not receive knows nothing about the silence of others.
        if (parts.controls.bringEverythingBack()) {
            parts.peers.giveUp(schedule.timing().silence());
        }
    }

    @Override
    public void publishingResumed() {
        parts.introduction.answerOwed();
        parts.rounds.repeat();
        parts.requester.sendDue();
    }

    // ---- channels

    @Override
    public Subscription.Owner roomChannel(String channel, Target target, Consumer<Throwable> onRefused) {
        return parts.roomChannels.owner(channel, target, onRefused);
    }

    @Override
    public Subscription namespaceChannel() {
        return parts.controls.namespace().wanted();
    }

    // ---- packets

    @Override
    public CompletionStage<Published> broadcast(Target target, Packet packet) {
        return parts.packets.publish(parts.channels.of(target), new Broadcast(target, packet));
    }

    @Override
    public CompletionStage<Published> emit(Packet packet) {
        PublishChannel channel = parts.channels.namespace();
        parts.introduction.introduceOn(channel);
        return parts.packets.publish(channel, new Emitted(packet));
    }

    // ---- queries and presence

    @Override
    public ScatterGather scatterGather() {
        return parts.scatterGather;
    }

    @Override
    public PresenceSource presenceSource() {
        return parts.source;
    }

    @Override
    public PresenceWatcher presenceWatcher() {
        return parts.watcher;
    }

    // ---- what is known

    @Override
    public Set<PeerInfo> knownPeers() {
        return new HashSet<>(parts.peers.snapshot().values());
    }

    @Override
    public boolean hasMetAll() {
        return parts.controls.areConfirmed() && parts.rounds.isComplete();
    }

    @Override
    public boolean isLeftOut() {
        return parts.meeting.isLeftOut();
    }

    @Override
    public Throwable whyLeftOut() {
        return parts.meeting.whyLeftOut();
    }

    @Override
    public Optional<String> impairment() {
        return parts.modes.trouble().or(() -> Optional.ofNullable(parts.receipts.trouble()));
    }

    @Override
    public long sequenceBytes() {
        return parts.memory.bytes();
    }

    // ---- the end

    @Override
    public CompletionStage<Void> close() {
        schedule.close();
        parts.receiver.close();
        parts.memory.close();
        parts.scatterGather.close();
        return parts.goodbye.send().thenRun(() -> wire.subscriptions().release(parts.controls.subscriptions()));
    }
}
