package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.publish.DueLastSequences;
import dev.roomcast.adapter.engine.publish.PublishChannels;
import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.query.PresenceSource;
import dev.roomcast.adapter.engine.query.PresenceWatcher;
import dev.roomcast.adapter.engine.query.QueryHandler;
import dev.roomcast.adapter.engine.query.ScatterGather;
import dev.roomcast.adapter.engine.receive.ChannelModes;
import dev.roomcast.adapter.engine.receive.LastSequencesReaders;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.PauseClock;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import dev.roomcast.adapter.engine.receive.VersionNegotiation;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds the parts of {@link RoomcastProtocol}, each from what it needs, and passes on what concerns many of them. Only that class sees all
 * of them.
 */
final class ProtocolParts {

    final ProtocolSchedule schedule;
    final MeetingState meeting;
    final PublishChannels channels;
    final MessageSender sender;
    final PauseClock pauses;
    final ArrivalClock arrivals;
    final ControlChannels controls;
    final SelfReception selfReception;
    final Peers peers;
    private final LastSequencesReaders readers = new LastSequencesReaders();
    final LastSequenceSender sequences;
    final LastSequenceRequester requester;
    final LossDetector lossDetector;
    final SequenceMemory memory;
    final SelfIntroduction introduction;
    final HelloRounds rounds;
    final MixedChannelModes modes;
    final ReceiptMonitor receipts;
    final ScatterGather scatterGather;
    final PresenceSource source;
    final PresenceWatcher watcher;
    final PeerAuthenticator authenticator;
    final ControlFrames controlFrames;
    final ControlStates controlStates;
    final FrameReceiver receiver;
    final RoomChannels roomChannels;
    final PacketPublisher packets;
    final GoodbyeSender goodbye;
    private final Publisher publisher;
    private final LocalIdentity identity;
    private final Protocol.Listener listener;
    private final PresenceSender presenceSender;
    private final MessageDispatcher dispatcher;

    ProtocolParts(
            ProtocolWire wire,
            LocalIdentity identity,
            ChannelNames names,
            ChannelModes channelModes,
            @Nullable FrameMac frameMac,
            LocalNode local,
            QueryHandler queryHandler,
            ProtocolTiming timing,
            long mostSequenceBytes,
            Protocol.Listener listener) {
        this.publisher = wire.publisher();
        this.identity = identity;
        this.listener = listener;
        Execution execution = wire.execution();
        this.schedule = new ProtocolSchedule(execution, wire.inbox(), timing);

        VersionNegotiation versionNegotiation = new VersionNegotiation(identity.versions());
        this.meeting = new MeetingState(versionNegotiation);
        this.pauses = new PauseClock(timing.watch(), timing.heartbeat().multipliedBy(2), schedule.now());
        this.arrivals = new ArrivalClock(schedule, pauses);
        this.controls = new ControlChannels(names, identity, wire.subscriptions(), schedule);
        this.peers = new Peers(
                execution,
                versionNegotiation,
                timing.silence(),
                new PeerEvents(identity, versionNegotiation, schedule, listener, new Endings()));

        // What goes out.
        DueLastSequences dueLastSequences =
                new DueLastSequences(execution, timing.heartbeat().dividedBy(2));
        FrameWriter frameWriter = new FrameWriter(execution::now, versionNegotiation::spoken, frameMac);
        this.channels = new PublishChannels(
                names, identity.incarnation(), frameWriter, channelModes::areTogether, dueLastSequences::left);
        this.sender = new MessageSender(
                wire.publisher(),
                channels,
                meeting,
                schedule,
                controls,
                () -> wire.capabilities().maxFrameBytes());
        Function<Target, CompletionStage<?>> probe = target -> sender.publish(channels.ofItsOwn(target), new Probe());
        LinkProbes linkProbes = new LinkProbes(schedule, wire.subscriptions(), wire, probe);
        ChannelProbes channelProbes = new ChannelProbes(identity, schedule, wire.subscriptions(), wire, probe);
        this.selfReception = new SelfReception(identity, controls, linkProbes, channelProbes, sender, wire.counters());
        this.introduction = new SelfIntroduction(identity, peers, sender, frameWriter, schedule);
        this.sequences = new LastSequenceSender(dueLastSequences, readers, sender, channelProbes, schedule);
        this.requester =
                new LastSequenceRequester(peers, sender, sequences, channelProbes, schedule, this::reviewAwaited);

        // What is known of other nodes and their frames.
        this.lossDetector = new LossDetector(
                execution,
                wire.counters(),
                mostSequenceBytes,
                timing.heartbeat().multipliedBy(2),
                timing.silence(),
                node -> peers.known(node).map(known -> known),
                listener::lost,
                this::missing,
                requester,
                requester::outageEnded);
        this.memory = new SequenceMemory(lossDetector, mostSequenceBytes, names.namespace(), wire);
        this.rounds = new HelloRounds(identity, peers, sender, schedule, this::metAll);
        this.modes = new MixedChannelModes(channelModes, lossDetector, names.namespace(), schedule, listener::changed);
        this.receipts = new ReceiptMonitor(
                execution,
                wire.inbox(),
                timing,
                introduction::receivedHash,
                controls::bringEverythingBack,
                new ReceiptMonitorListener(sender, controls, wire, schedule, listener::changed));
        this.authenticator = new PeerAuthenticator(
                execution,
                wire.counters(),
                () -> wire.capabilities().overtaking(),
                (node, number) -> sender.sendTo(node, new Challenge(number)),
                lossDetector::missed);

        // Packets, queries and presence.
        OutageGate gate = new OutageGate(meeting, schedule);
        this.packets = new PacketPublisher(wire.publisher(), gate, meeting, receipts, wire.counters(), wire.stages());
        this.goodbye = new GoodbyeSender(wire.publisher(), gate, channels, sequences, receipts, schedule);
        AskedPeers askedPeers = new AskedPeers(peers, meeting, introduction, sender, schedule, wire);
        this.scatterGather = new ScatterGather(
                execution,
                wire.inbox(),
                wire.stages(),
                identity.incarnation(),
                identity.name(),
                queryHandler,
                askedPeers);
        this.source = new PresenceSource(local.index(), wire.inbox(), sender::frameBudget, this::sendPresence);
        this.watcher = new PresenceWatcher(
                execution,
                wire.inbox(),
                wire.counters(),
                identity.incarnation(),
                askedPeers,
                sender::frameBudget,
                this::sendPresence,
                timing.request());
        this.presenceSender = new PresenceSender(introduction, sender, dueLastSequences, schedule, source::missed);

        // What comes in.
        DroppedFrames dropped = new DroppedFrames(execution, wire.counters());
        this.dispatcher = new MessageDispatcher(
                new ApplicationMessages(local, queryHandler, scatterGather, peers, sender, wire.counters()),
                new PeerIntroductions(peers, receipts, modes, introduction, rounds, this::newcomer),
                new ReceiptExchange(receipts, peers, lossDetector, sender, schedule),
                new ReceivedSequences(peers, lossDetector, readers, sequences, sender, schedule),
                new PresenceReceiver(identity, peers, source, watcher));
        FrameVerifier verifier = new FrameVerifier(frameMac, dropped);
        UnverifiedSenders unverified =
                new UnverifiedSenders(identity.versions(), authenticator, peers, lossDetector, receipts, introduction);
        this.receiver = new FrameReceiver(
                identity,
                verifier,
                new SenderGate(verifier, authenticator, peers, unverified, dropped),
                new OwnFrames(identity.versions(), linkProbes, rounds, dropped),
                new MessageReceiver(identity.versions(), peers, lossDetector, local, dropped, dispatcher),
                dropped);
        this.controlFrames = new ControlFrames(controls, arrivals, receiver, receipts);
        this.controlStates =
                new ControlStates(controls, arrivals, selfReception, lossDetector, schedule, new Reception());
        this.roomChannels = new RoomChannels(identity, arrivals, receiver, lossDetector, selfReception, authenticator);
    }

    private void reviewAwaited() {
        lossDetector.reviewAwaited();
    }

    /** Frames of a node did not come on a channel. On this node's own, they may have concerned presence. */
    private void missing(String channel, Incarnation from) {
        if (channel.equals(controls.own().name())) {
            watcher.doubt(from);
        }
    }

    /** A node has introduced itself for the first time. */
    private void newcomer(Incarnation node) {
        sequences.newcomer();
        watcher.list(node);
    }

    /** Sends to a node, perhaps to this one, what concerns presence. */
    private void sendPresence(Incarnation to, Message message) {
        if (to.equals(identity.incarnation())) {
            message.accept(dispatcher, to);
        } else {
            presenceSender.send(to, message);
        }
    }

    /** All nodes have been met since this one receives. Runs each time that is found. */
    private void metAll() {
        boolean hadMetAll = meeting.hasMetAll();
        if (controls.areConfirmed()) {
            meeting.metAll();
        } else {
            meeting.interrupted();
        }
        // What has waited for that.
        publisher.run();
        scatterGather.met();
        if (!hadMetAll) {
            watcher.metAll();
        }
        listener.changed();
    }

    private final class Reception implements ControlStates.Listener {

        @Override
        public void receiving() {
            peers.listenAnew();
            rounds.begin();
            sequences.announce();
            listener.changed();
        }

        @Override
        public void notReceiving(Throwable why) {
            rounds.end();
            meeting.interrupted();
            peers.allSuspect();
            receipts.deaf();
            scatterGather.cutAll(why);
            listener.changed();
        }

        @Override
        public void shutOut(String channel, Throwable why) {
            listener.shutOut(channel, why);
        }
    }

    private final class Endings implements PeerEvents.Endings {

        @Override
        public void gone(Incarnation node) {
            modes.gone(node);
            receipts.gone(node);
            scatterGather.gone(node);
            source.gone(node);
            watcher.gone(node);
            rounds.gone(node);
        }

        @Override
        public void timedOut(Incarnation node, PeerInfo known, long cameLast) {
            lossDetector.givenUp(node, known, cameLast);
        }

        @Override
        public void forgotten(Incarnation node) {
            lossDetector.forget(node);
            readers.forget(node);
            authenticator.forget(node);
        }
    }
}
