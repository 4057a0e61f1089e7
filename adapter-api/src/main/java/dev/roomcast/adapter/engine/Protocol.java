package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Naming;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.codec.Message.Proof;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.Receipt;
import dev.roomcast.adapter.engine.codec.Message.ReceiptRequest;
import dev.roomcast.adapter.engine.codec.Message.ResendLastSequences;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Unreceived;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchListRequest;
import dev.roomcast.adapter.engine.codec.Message.WatchVersion;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.publish.Backlog;
import dev.roomcast.adapter.engine.publish.DueLastSequences;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.publish.PublishChannels;
import dev.roomcast.adapter.engine.query.PresenceSource;
import dev.roomcast.adapter.engine.query.PresenceWatcher;
import dev.roomcast.adapter.engine.query.QueryHandler;
import dev.roomcast.adapter.engine.query.ScatterGather;
import dev.roomcast.adapter.engine.receive.ChannelModes;
import dev.roomcast.adapter.engine.receive.Coalescer;
import dev.roomcast.adapter.engine.receive.HelloRound;
import dev.roomcast.adapter.engine.receive.LastSequencesReaders;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.PauseClock;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import dev.roomcast.adapter.engine.receive.SequenceTracker;
import dev.roomcast.adapter.engine.receive.VersionNegotiation;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.IntervalLog;
import dev.roomcast.adapter.engine.runtime.Parts;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes say to each other: who is alive, broadcasts, questions and answers. Everything happens on the inbox's turn, but for
 * {@link #broadcast}, {@link #emit} and {@link ScatterGather#ask}, which any thread may call.
 */
final class Protocol {

    /** What the node is told. On the inbox's turn. */
    interface Listener {

        void nodeChanged(PeerInfo node);

        void lost(Loss loss);

        /** The answer to "can I hear, and have I met everyone" is another. */
        void changed();

        /** The broker refuses a channel without which this node can hear nobody. */
        void shutOut(String channel, Throwable why);
    }

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");
    private static final int MOST_PER_ANSWER = 1 << 18;
    /** In an answer to a hello of an earlier release: the others name themselves. */
    private static final int MOST_NAMED = 1_000;
    /** Whole lists of nodes between two heartbeats. Requests are spread over all nodes; what comes too often is asked of another one. */
    private static final int MOST_LISTS = 64;
    /** So many nodes, and a part of all, are asked for names one by one; where more disagree all are asked for another answer. */
    private static final int ASKED = 32;

    private static final int ASKED_PART = 16;
    /** The part of the hello wait for which answers are collected: they must come within it. */
    private static final int WINDOWS_PER_WAIT = 4;

    private static final Duration GOODBYE = Duration.ofSeconds(1);

    /** The tails that a node has sent since a moment are to be requested. */
    private record TailsOfOne(long since, Runnable notSaid) {}

    private final Wire wire;
    private final Execution execution;
    private final Incarnation self;
    private final String name;
    private final VersionNegotiation versionNegotiation;
    private final ChannelModes modes;
    private final @Nullable FrameMac frameMac;
    private final FrameWriter frameWriter;
    private final PublishChannels out;
    private final DueLastSequences dueLastSequences;
    private final LastSequencesReaders readers = new LastSequencesReaders();
    private final LinkProbes probes;
    private final ChannelProbes suspects;
    private final LocalNode local;
    private final ProtocolTiming protocolTiming;
    private final Listener listener;
    private final Peers peers;
    private final LossDetector lossDetector;
    private final QueryHandler queryHandler;
    private final ScatterGather scatterGather;
    private final PresenceSource source;
    private final PresenceWatcher watcher;
    private final Counters counters;
    private final IntervalLog notUnderstood;
    private final IntervalLog undelivered;
    private final IntervalLog incompatible;
    private final IntervalLog mixed;
    private final IntervalLog forged;
    private final PeerAuthenticator peerAuthenticator;
    private final ReceiptMonitor receipts;
    private final Door door = new Door();

    private final Control all;
    private final Control own;
    private final Set<String> deafOn = new HashSet<>();
    /** Told at the next heartbeat. */
    private final Set<Incarnation> missedOf = new HashSet<>();

    private @Nullable HelloRound round;
    /** Whether everyone has been met since this node can hear. Written on the turn. */
    private volatile boolean met;
    /** Since when tails of others may not have come, and how often that is still to be said. */
    private long unheardSince;

    private int unheardIsDue;
    /** Whether last numbers were said at the last heartbeat of channels that had been silent alone. */
    private boolean busyIsDue;
    /** Whether somebody is new, and does not know that this node reads last numbers. */
    private boolean isNewToSomebody;
    /** Answers to hellos, and requests for tails. */
    private final Coalescer answers;

    private final Coalescer tailRequests;
    /** Whether nodes that are known have not been answered yet. Written on the turn. */
    private volatile boolean isIntroductionDue;
    /** Whether the answer to a hello could not be published. */
    private boolean isAnswerOwed;
    /** Of many nodes, which are asked together. */
    private final List<TailsOfOne> tailsToRequest = new ArrayList<>();

    /** Of nodes, since the last heartbeat. */
    private int listsSent;

    private final PauseClock pauses;
    private long droppedHere;
    /** What is taken just now, if it waited until its sender had shown that it lives. */
    private PeerAuthenticator.@Nullable Held held;

    private final long mostStreamBytes;
    private volatile long streamBytes;
    private volatile boolean closed;

    Protocol(
            Wire wire,
            Incarnation self,
            String name,
            ChannelNames channelNames,
            Versions versions,
            ChannelModes modes,
            @Nullable FrameMac frameMac,
            LocalNode local,
            QueryHandler queryHandler,
            ProtocolTiming protocolTiming,
            long mostStreamBytes,
            Listener listener) {
        this.wire = wire;
        this.execution = wire.execution();
        this.self = self;
        this.name = name;
        this.dueLastSequences =
                new DueLastSequences(execution, protocolTiming.heartbeat().dividedBy(2));
        this.versionNegotiation = new VersionNegotiation(versions);
        this.modes = modes;
        this.frameMac = frameMac;
        this.frameWriter = new FrameWriter(execution::now, versionNegotiation::spoken, frameMac);
        this.out = new PublishChannels(channelNames, self, frameWriter, modes::areTogether, dueLastSequences::left);
        Function<Target, CompletionStage<Void>> probe =
                target -> wire.publisher().send(out.ofItsOwn(target), new Probe());
        this.probes = new LinkProbes(wire, protocolTiming.silence(), probe);
        this.suspects = new ChannelProbes(wire, self, name, protocolTiming.silence(), probe);
        this.local = local;
        this.protocolTiming = protocolTiming;
        this.mostStreamBytes = mostStreamBytes;
        this.pauses = new PauseClock(
                protocolTiming.watch(), protocolTiming.heartbeat().multipliedBy(2), execution.now());
        this.listener = listener;
        this.counters = wire.counters();
        this.peers = new Peers(execution, versionNegotiation, protocolTiming.silence(), new Nodes());
        this.lossDetector = new LossDetector(
                execution,
                counters,
                mostStreamBytes,
                protocolTiming.heartbeat().multipliedBy(2),
                protocolTiming.silence(),
                node -> peers.known(node).map(n -> n),
                listener::lost,
                this::lacks,
                new Requests(),
                this::unheard);
        this.queryHandler = queryHandler;
        Others others = new Others();
        this.scatterGather =
                new ScatterGather(execution, wire.inbox(), wire.stages(), self, name, queryHandler, others);
        this.source = new PresenceSource(local.index(), wire.inbox(), () -> frameBudget(wire), this::tell);
        this.watcher = new PresenceWatcher(
                execution,
                wire.inbox(),
                counters,
                self,
                others,
                () -> frameBudget(wire),
                this::tell,
                protocolTiming.request());
        this.notUnderstood = new IntervalLog(log, execution);
        this.undelivered = new IntervalLog(log, execution);
        this.incompatible = new IntervalLog(log, execution);
        this.mixed = new IntervalLog(log, execution);
        this.forged = new IntervalLog(log, execution);
        this.peerAuthenticator = new PeerAuthenticator(
                execution,
                counters,
                () -> wire.traits().overtaking(),
                (stranger, number) -> say(stranger, new Challenge(number)),
                lossDetector::missed);
        this.receipts = new ReceiptMonitor(
                execution, wire.inbox(), protocolTiming, this::receivedHash, this::hearsItself, new Receipts());
        Duration window = protocolTiming.helloWait().dividedBy(WINDOWS_PER_WAIT);
        this.answers = new Coalescer(execution, wire.inbox(), window, peers::size, this::answerAll);
        this.tailRequests = new Coalescer(execution, wire.inbox(), window, peers::size, this::requestAllTails);
        this.all = new Control(channelNames.namespace(), Target.everyone());
        this.own = new Control(channelNames.node(self), Target.rooms(List.of()));
        deafOn.addAll(List.of(all.channel, own.channel));
    }

    /** The channels on which nodes speak to each other are wanted from now on. Before the node is anybody's. */
    void want() {
        controls().forEach(Control::want);
    }

    /** The channel that all nodes hear; once it is wanted. */
    Subscription namespaceChannel() {
        return Objects.requireNonNull(all.subscription, "not wanted yet");
    }

    /** Begins, on the inbox's turn. */
    void start() {
        wire.subscriptions().settle();
        every(protocolTiming.heartbeat(), this::beat);
        every(protocolTiming.watch(), this::watch);
    }

    private List<Control> controls() {
        return List.of(all, own);
    }

    private void every(Duration interval, Runnable task) {
        execution
                .scheduler()
                .after(
                        interval,
                        () -> wire.inbox().run(() -> {
                            if (!closed) {
                                every(interval, task);
                                task.run();
                            }
                        }));
    }

    // ---- out

    CompletionStage<Void> broadcast(Target target, Packet packet) {
        return publish(out.of(target), new Broadcast(target, packet));
    }

    /** Says something to the servers of all other nodes. */
    CompletionStage<Void> emit(Packet packet) {
        introduceIfDue(out.namespace());
        return publish(out.namespace(), new Emitted(packet));
    }

    private CompletionStage<Void> publish(PublishChannel channel, Message message) {
        receipts.publishes();
        if (!isLeftOut()) {
            String unreceived = receipts.trouble();
            CompletionStage<Void> sent = wire.publisher().send(channel, message, door);
            return unreceived == null ? sent : asUnknown(channel, sent, unreceived);
        }
        CompletableFuture<Void> stage = new CompletableFuture<>();
        counters.add(Counters.MESSAGES_NOT_SENT);
        wire.stages().fail(stage, Failures.notSent(channel.name(), whyLeftOut()));
        return stage;
    }

    /** That the broker has a packet means nothing while it does not hand it to everyone. */
    private CompletionStage<Void> asUnknown(PublishChannel channel, CompletionStage<Void> sent, String why) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        sent.whenComplete((done, failure) -> {
            if (failure == null) {
                counters.add(Counters.MESSAGES_UNKNOWN);
                wire.stages().fail(stage, Failures.unreceived(channel.name(), why));
            } else {
                stage.completeExceptionally(failure);
            }
        });
        return stage;
    }

    /** Whether this node has met everyone, and does not speak as they do. On any thread. */
    boolean isLeftOut() {
        return met && !versionNegotiation.isShared();
    }

    Throwable whyLeftOut() {
        return new IllegalStateException(
                "this node speaks " + versionNegotiation.own() + " of the wire, and the cluster version "
                        + versionNegotiation.common() + ": run a release here that speaks version "
                        + versionNegotiation.common()
                        + " as well, and upgrade the whole cluster before the next one");
    }

    /** Why nobody else can be told anything, or null. */
    private @Nullable Throwable silenced() {
        Throwable down = wire.publisher().down();
        return down == null && isLeftOut() ? whyLeftOut() : down;
    }

    private void say(Message message) {
        if (wire.publisher().down() == null) {
            all.listenFor(execution.now(), wire.publisher().send(out.namespace(), message));
        }
    }

    private void say(Incarnation to, Message message) {
        if (wire.publisher().down() == null) {
            wire.publisher().send(out.node(to), message);
        }
    }

    /** There can be no others: everyone has been met. */
    void startAlone() {
        met = true;
    }

    private void beat() {
        lossDetector.beat();
        streamBytes = lossDetector.bytes();
        wire.remark(all.channel, lossDetector.isShort() ? Optional.of(shortOfStreams()) : Optional.empty());
        tellMissed(missedOf, execution.now() - protocolTiming.heartbeat().toNanos());
        missedOf.clear();
        peerAuthenticator.beat(protocolTiming.silence().toNanos());
        listsSent = 0;
        if (wire.publisher().down() == null) {
            sayLastNumbers();
        }
        answerOwed();
        if (!repeatHello()) {
            say(new Heartbeat(name, versionNegotiation.own(), modes.own(), received()));
        }
        receipts.beat();
        if (wire.publisher().down() == null) {
            own.listenFor(execution.now(), wire.publisher().send(out.node(self), new Probe()));
            probes.beat(self, linksOfControls());
            suspects.beat();
        }
        sayUnheard();
        watcher.beat();
        if (silenced() == null) {
            source.beat();
        }
        // What a leave on another thread has changed for health is seen here at the latest.
        listener.changed();
    }

    private String shortOfStreams() {
        return "losses may go unseen in the namespace of channel " + all.channel
                + ": the numbers of other nodes' frames"
                + " take more than " + EngineOptions.SEQUENCE_BYTES + "=" + mostStreamBytes
                + ", or one channel's more than a "
                + SequenceTracker.PARTS
                + "th of it, so that the senders silent for the longest are forgotten; raise it";
    }

    /** What the numbers of other nodes' frames took at the last heartbeat. On any thread. */
    long streamBytes() {
        return streamBytes;
    }

    /** What this node receives, if it is sure of that: what it said itself a heartbeat ago has come back. */
    private OptionalLong received() {
        return hasMetAll() && hearsItself() ? OptionalLong.of(receivedHash()) : OptionalLong.empty();
    }

    private long receivedHash() {
        return peers.receivedHash() ^ self.high();
    }

    private boolean hearsItself() {
        return isHearing() && controls().stream().noneMatch(control -> control.selfProbe.isAwaited());
    }

    /**
     * Says up to which numbers frames have left: of channels that have been silent since, and every other time of all, so that somebody who
     * hears nothing on a busy channel learns of that. Where there are earlier releases, each channel's tail is said as well.
     */
    private void sayLastNumbers() {
        if (readers.addsOther(peers.snapshot().keySet())) {
            dueLastSequences.unheardSince(
                    execution.now() - protocolTiming.heartbeat().multipliedBy(2).toNanos());
        }
        List<DueLastSequences.Due> due = busyIsDue ? dueLastSequences.takeAll() : dueLastSequences.takeDue();
        due.forEach(one -> suspects.left(
                one.channel().name(),
                one.leftAt() - protocolTiming.heartbeat().dividedBy(2).toNanos()));
        busyIsDue = !busyIsDue;
        if (!due.isEmpty() || isNewToSomebody) {
            isNewToSomebody = false;
            Parts.of(due, one -> ChannelSequence.BYTES, frameBudget(wire)).forEach(this::sayLastNumbers);
        }
        if (!readers.areAll()) {
            due.forEach(this::tell);
        }
    }

    private void sayLastNumbers(List<DueLastSequences.Due> due) {
        long now = execution.now();
        List<ChannelSequence> numbers = due.stream()
                .map(one -> new ChannelSequence(
                        one.channel().hash(),
                        one.channel().stream(),
                        one.channel().lastLeft(),
                        Duration.ofNanos(now - one.leftAt()).toMillis()))
                .toList();
        wire.publisher()
                .send(out.namespace(), new LastSequences(numbers))
                .whenComplete((done, failure) -> due.forEach(one -> {
                    if (failure == null) {
                        dueLastSequences.said(one);
                    } else {
                        dueLastSequences.left(one.channel());
                    }
                }));
    }

    /** Says up to which number frames have left on a channel, again later if that is in doubt. */
    private void tell(DueLastSequences.Due due) {
        wire.publisher().send(due.channel(), new LastSequence()).whenComplete((done, failure) -> {
            if (failure == null) {
                dueLastSequences.said(due);
            } else {
                dueLastSequences.left(due.channel());
            }
        });
    }

    /**
     * Channels are back that were lost. Said again with the next heartbeat: somebody who has come back from the same outage a moment
     * later did not hear it; and what somebody has said in vain while this node could not hear needs no saying.
     */
    private void unheard(long since) {
        unheardSince = unheardIsDue > 0 ? Execution.earlier(unheardSince, since) : since;
        unheardIsDue = 2;
        dueLastSequences.unheardSince(since - protocolTiming.heartbeat().toNanos());
        sayUnheard();
    }

    private void sayUnheard() {
        if (unheardIsDue > 0 && wire.publisher().down() == null) {
            unheardIsDue--;
            say(unheardSince(unheardSince));
        }
    }

    /** Asks other nodes for what shows by numbers whether something lacks here. */
    private final class Requests implements LossDetector.LastSequenceRequests {

        @Override
        public void request(Incarnation node, long since, Runnable notSaid) {
            if (!peers.isKnown(node)) {
                return;
            }
            if (wire.publisher().down() != null) {
                notSaid.run();
                return;
            }
            if (tailRequests.isAlone()) {
                unless(wire.publisher().send(out.node(node), unheardSince(since)), notSaid);
            } else {
                tailsToRequest.add(new TailsOfOne(since, notSaid));
            }
        }

        @Override
        public boolean isKnown(Incarnation node) {
            return peers.isKnown(node);
        }

        @Override
        public boolean request(Incarnation node, List<Long> streams) {
            boolean canSay = silenced() == null;
            if (canSay) {
                Parts.of(streams, stream -> ChannelSequence.BYTES, frameBudget(wire))
                        .forEach(part -> say(node, new LastSequenceRequest(part)));
            }
            return canSay;
        }

        @Override
        public void suspect(String channel) {
            suspects.suspect(channel);
        }

        @Override
        public void reviewLater(Duration moment) {
            execution
                    .scheduler()
                    .after(
                            moment,
                            () -> wire.inbox().run(() -> {
                                if (!closed) {
                                    lossDetector.reviewAwaited();
                                }
                            }));
        }
    }

    private void requestAllTails() {
        List<TailsOfOne> requests = List.copyOf(tailsToRequest);
        tailsToRequest.clear();
        if (closed) {
            return;
        }
        Runnable notSaid = () -> requests.forEach(one -> one.notSaid().run());
        if (wire.publisher().down() != null) {
            notSaid.run();
            return;
        }
        long since = requests.stream()
                .mapToLong(TailsOfOne::since)
                .reduce(Execution::earlier)
                .orElseThrow();
        CompletionStage<Void> said = wire.publisher().send(out.namespace(), unheardSince(since));
        all.listenFor(execution.now(), said);
        unless(said, notSaid);
    }

    private void unless(CompletionStage<Void> said, Runnable notSaid) {
        said.whenComplete((done, failure) -> {
            if (failure != null) {
                wire.inbox().run(notSaid);
            }
        });
    }

    private ResendLastSequences unheardSince(long moment) {
        return new ResendLastSequences(
                Duration.ofNanos(execution.now() - moment).toMillis());
    }

    /** What is due while nothing could be published is said now. */
    void canSpeak() {
        answerOwed();
        repeatHello();
        sayUnheard();
    }

    /** Says the hello of a round that is not complete again: somebody may have been deaf when it was said first. */
    private boolean repeatHello() {
        HelloRound now = round;
        boolean due = now != null && !now.isComplete();
        if (now != null && due) {
            say(new Hello(now.id(), name, versionNegotiation.own(), modes.own()));
        }
        return due;
    }

    private void watch() {
        PauseClock.Look look = pauses.look(execution.now());
        long late = look.late();
        if (late > protocolTiming.silence().toNanos() && isHearing()) {
            lossDetector.stoodStill(look.last());
        }
        if (late > 0) {
            // A pause of this process, or a queue before this turn: what the others said meanwhile may be behind it.
            peers.forgive(late);
            receipts.forgive(late);
            if (round != null) {
                round.forgive(late);
            }
        }
        peers.look();
        listen(Math.max(0, late), look.passed());
        // Whoever may be deaf knows of nobody's silence.
        if (hearsItself()) {
            peers.giveUp(protocolTiming.silence());
        }
    }

    private Set<WireLink> linksOfControls() {
        return controls().stream()
                .flatMap(control -> Stream.ofNullable(control.subscription))
                .flatMap(channel -> Stream.ofNullable(wire.subscriptions().linkOf(channel)))
                .collect(Collectors.toSet());
    }

    /** Whether this node hears itself on both of its channels, and on the links of its rooms. */
    private void listen(long late, long passed) {
        long dropped = counters.of(Counters.FRAMES_DROPPED).sum();
        // What this node dropped itself, because it is too slow, may have been an echo.
        long forgiven = dropped == droppedHere ? late : passed;
        droppedHere = dropped;
        for (Control control : controls()) {
            control.selfProbe.forgive(forgiven);
            control.listen();
        }
        probes.listen(forgiven, name);
        suspects.listen(forgiven, hearsItself());
    }

    // ---- in

    /** A frame came on one of this node's channels. */
    void received(String channel, byte[] bytes, @Nullable Target channelTarget) {
        if (closed || !FrameCodec.isFrom(self, bytes) && !isGenuine(channel, bytes)) {
            return;
        }
        if (FrameCodec.isFrom(self, bytes)) {
            probes.came(channel);
            echoed(bytes, channelTarget);
        } else {
            heard(channel, bytes, channelTarget);
        }
    }

    /** Whether a frame is of somebody who has a key, if that is asked for. */
    private boolean isGenuine(String channel, byte[] bytes) {
        if (frameMac == null) {
            return true;
        }
        boolean isGenuine = FrameCodec.isSealed(bytes) ? frameMac.isGenuine(channel, bytes) : !frameMac.isRequired();
        if (!isGenuine) {
            counters.add(Counters.FRAMES_FORGED);
            forged.warn(
                    "a frame on channel " + channel
                            + " is not signed with a key of this node's, and is dropped: compare "
                            + EngineOptions.AUTH_KEY + " of all nodes, and look for who else publishes there",
                    null);
        }
        return isGenuine;
    }

    private void heard(String channel, byte[] bytes, @Nullable Target channelTarget) {
        ByteReader in = FrameCodec.reader(bytes);
        try {
            Frame header = FrameCodec.header(in, versionNegotiation.own());
            if (!isFresh(channel, header, bytes, channelTarget)) {
                return;
            }
            peers.heard(header.from());
            if (versionNegotiation.own().include(header.version())) {
                take(channel, header, in, channelTarget);
            } else {
                takeIntroductions(channel, header, in, channelTarget);
            }
        } catch (MalformedFrameException e) {
            counters.add(Counters.FRAMES_MALFORMED);
        } catch (UnsupportedVersionException e) {
            if (isFresh(channel, e.outline(), bytes, channelTarget)) {
                peers.heard(e.outline().from());
                takeUnread(channel, e.outline(), Failures.text(e));
            }
        }
    }

    /** Whether a genuine frame is of a node that lives, and comes for the first time. */
    private boolean isFresh(String channel, Frame header, byte[] bytes, @Nullable Target channelTarget) {
        if (frameMac == null || !frameMac.isRequired()) {
            return true;
        }
        if (peerAuthenticator.knows(header.from())) {
            return peerAuthenticator.isFresh(header);
        }
        if (peers.hasLeft(header.from())) {
            counters.add(Counters.FRAMES_REPLAYED);
            return false;
        }
        peerAuthenticator.hold(
                header.from(),
                new PeerAuthenticator.Held(
                        channel, header.order(), beforeAnyPause(execution.now()), bytes, channelTarget));
        if (channelTarget == null) {
            meet(header, bytes);
        }
        return false;
    }

    /** A stranger introduces itself, or does what it takes not to be one. */
    private void meet(Frame header, byte[] bytes) {
        for (Message message : introductions(bytes)) {
            if (message instanceof Hello) {
                peerAuthenticator.ask(header.from());
            } else if (message instanceof Challenge challenge) {
                prove(header.from(), challenge);
            } else if (message instanceof Proof proof) {
                peerAuthenticator
                        .signed(header.from(), proof.number(), proof.departures(), lossDetector.begunAt())
                        .forEach(this::takeHeld);
                if (peerAuthenticator.knows(header.from())) {
                    peers.lives(header.from());
                }
            } else if (message instanceof Heartbeat heartbeat
                    && heartbeat.received().isPresent()) {
                receipts.unverified(header.from(), header.order());
            }
        }
    }

    /** Shows that this node lives. */
    private void prove(Incarnation to, Challenge challenge) {
        say(to, new Proof(challenge.number(), frameWriter.departures()));
    }

    private void takeHeld(PeerAuthenticator.Held frame) {
        held = frame;
        heard(frame.channel(), frame.bytes(), frame.target());
        held = null;
    }

    private List<Message> introductions(byte[] bytes) {
        try {
            return FrameCodec.decode(bytes, null, versionNegotiation.own()).messages();
        } catch (MalformedFrameException | UnsupportedVersionException e) {
            // Looked at, and counted, once its sender is known.
            return List.of();
        }
    }

    private void take(String channel, Frame header, ByteReader in, @Nullable Target channelTarget) {
        if (local.isFull()) {
            takeUndelivered(channel, header, in, channelTarget);
        } else if (lossDetector.takes(channel, header, cameAt()) && concerns(header)) {
            // The number counts also if what follows cannot be read.
            apply(header, FrameCodec.messages(in, header, channelTarget), channelTarget);
        }
    }

    /** Too much waits to be delivered: what would wait as well is lost here, and told as lost. Nodes are heard all the same. */
    private void takeUndelivered(String channel, Frame header, ByteReader in, @Nullable Target channelTarget) {
        List<Message> messages = FrameCodec.messages(in, header, channelTarget);
        List<Message> taken =
                messages.stream().filter(message -> !message.isDelivered()).toList();
        int lost = messages.size() - taken.size();
        boolean isWhole = lost == 0 || !concerns(header);
        boolean isNews = isWhole
                ? lossDetector.takes(channel, header, cameAt())
                : lossDetector.takesUnread(channel, header, cameAt());
        if (isNews && !isWhole) {
            counters.of(Counters.PACKETS_DROPPED).add(lost);
            undelivered.warn(
                    "packets from other nodes were dropped, because the connections of this node take them more slowly than they"
                            + " come and " + EngineOptions.QUEUE_BYTES + " is reached; they are told as lost",
                    null);
        }
        if (isNews) {
            apply(header, taken, channelTarget);
        }
    }

    /** Of a frame in the first version of the wire, which is not this node's: it tells of nodes, or is lost here. */
    private void takeIntroductions(String channel, Frame header, ByteReader in, @Nullable Target channelTarget) {
        List<Message> messages = FrameCodec.messages(in, header, channelTarget);
        List<Message> introductions =
                messages.stream().filter(Message::isIntroduction).toList();
        boolean isWhole = header.isTail() || !messages.isEmpty() && introductions.size() == messages.size();
        boolean isNews = isWhole
                ? lossDetector.takes(channel, header, cameAt())
                : takeUnread(
                        channel,
                        header,
                        "node " + header.from() + " sends version " + header.version() + ", and this node reads "
                                + versionNegotiation.own());
        if (isNews) {
            apply(header, introductions, channelTarget);
        }
    }

    /** Nothing is told of what strangers say: who counts has introduced itself. */
    private boolean takeUnread(String channel, Frame outline, String why) {
        counters.add(Counters.FRAMES_NOT_UNDERSTOOD);
        notUnderstood.warn(why + ": bring all nodes to versions that overlap", null);
        long cameAt = cameAt();
        return peers.isKnown(outline.from())
                ? lossDetector.takesUnread(channel, outline, cameAt)
                : lossDetector.takes(channel, outline, cameAt);
    }

    private void apply(Frame header, List<Message> messages, @Nullable Target channelTarget) {
        if (channelTarget == null && messages.stream().anyMatch(Message::isBeat)) {
            lossDetector.beat(header, held == null ? execution.now() : held.cameAt());
        }
        messages.forEach(message -> apply(header.from(), message));
    }

    /** Whether one of the names that the header selects is here: if not, nothing more of the frame is decoded. */
    private boolean concerns(Frame header) {
        int[] hashes = header.hashes();
        boolean concerned = hashes == null || local.index().hasAny(hashes);
        if (!concerned) {
            counters.add(Counters.FRAMES_PASSED_OVER);
        }
        return concerned;
    }

    /** The channel of a room or user is confirmed. */
    void confirmed(String channel, Target standsFor, long at) {
        lossDetector.confirmed(channel, standsFor, at);
    }

    /** A channel was lost with its link. */
    void lost(String channel, long lastAlive) {
        probes.lost(channel);
        suspects.lost(channel);
        lossDetector.lost(channel, aliveUntil(lastAlive));
    }

    /** A channel alone brought nothing, and is asked for again. */
    void renewed(String channel, long lastHeard) {
        probes.lost(channel);
        lossDetector.lostAlone(channel, beforeAnyPause(lastHeard));
    }

    /**
     * Since when the link may have brought nothing more. It may have been deaf, and only answered what it was asked; so its last frame on
     * the namespace's channel counts, where each node says something all the time.
     */
    private long aliveUntil(long lastAlive) {
        return beforeAnyPause(Execution.earlier(lastAlive, all.lastFrame));
    }

    /** When the frame that is taken just now came, at the earliest. */
    private long cameAt() {
        return held == null ? beforeAnyPause(execution.now()) : held.cameAt();
    }

    /** What is read after a pause of this process may have come at its beginning. */
    private long beforeAnyPause(long readAt) {
        return pauses.beforeAnyPause(readAt, execution.now());
    }

    /** A channel was given up. */
    void forgotten(String channel) {
        lossDetector.forget(channel);
        peerAuthenticator.forget(channel);
    }

    /**
     * This node's own frames come back on every channel that it hears. They are of no interest, but for the echo of a hello; this is
     * also where packets will be delivered whose order is the broker's and not the sender's.
     */
    private void echoed(byte[] bytes, @Nullable Target channelTarget) {
        HelloRound asked = round;
        if (asked == null || asked.isEchoed() || channelTarget != null) {
            return;
        }
        for (Message message : ownMessages(bytes)) {
            if (message instanceof Hello hello && hello.round() == asked.id() && asked.echo()) {
                execution
                        .scheduler()
                        .after(
                                protocolTiming.helloWait(),
                                () -> wire.inbox().run(() -> {
                                    asked.settle();
                                    reviewRound(asked);
                                }));
            }
        }
    }

    private List<Message> ownMessages(byte[] bytes) {
        try {
            return FrameCodec.decode(bytes, null, versionNegotiation.own()).messages();
        } catch (MalformedFrameException | UnsupportedVersionException e) {
            // Somebody imitates this node, and not well.
            counters.add(Counters.FRAMES_MALFORMED);
            return List.of();
        }
    }

    private void apply(Incarnation from, Message message) {
        if (message instanceof Broadcast broadcast) {
            counters.add(Counters.PACKETS_RECEIVED);
            local.received(broadcast.target(), broadcast.packet());
        } else if (message instanceof Hello hello) {
            heard(from, hello);
        } else if (message instanceof Challenge challenge) {
            prove(from, challenge);
        } else if (message instanceof Welcome welcome) {
            welcomed(from, welcome);
        } else if (message instanceof NamesRequest request) {
            if (peers.isKnown(from)) {
                answer(from, request);
            }
        } else if (message instanceof Heartbeat heartbeat) {
            boolean isNew = !peers.isIntroduced(from);
            if (introduced(from, heartbeat.name(), heartbeat.versions(), heartbeat.channels())) {
                greeted(from, isNew);
            }
            peers.known(from)
                    .filter(known -> known.status() == Status.ALIVE && !isLeftOut())
                    .ifPresent(known -> receipts.heartbeat(from, heartbeat.received()));
        } else if (message instanceof ReceiptRequest) {
            if (peers.isKnown(from)) {
                say(from, new Receipt());
            }
        } else if (message instanceof Receipt) {
            receipts.received(from);
        } else if (message instanceof Unreceived unreceived) {
            long said = execution.now() - Duration.ofMillis(unreceived.millis()).toNanos();
            long since = Execution.later(said, lossDetector.begunAt());
            if (peers.mayHaveMissed(from, since, protocolTiming.heartbeat())) {
                lossDetector.missed(from, since);
            }
        } else if (message instanceof LastSequences said) {
            lastNumbers(from, said);
        } else if (message instanceof LastSequenceRequest request) {
            if (peers.isKnown(from) && silenced() == null) {
                dueLastSequences.said(Set.copyOf(request.streams())).forEach(this::tell);
            }
        } else if (message instanceof Goodbye) {
            lossDetector.left(from);
            peers.left(from);
        } else if (message instanceof QueryRequest queryRequest) {
            answer(from, queryRequest);
        } else if (message instanceof Emitted emitted) {
            peers.known(from).ifPresent(known -> local.inOrder(() -> queryHandler.emitted(known, emitted.packet())));
        } else if (message instanceof ResendLastSequences resendLastSequences && peers.isKnown(from)) {
            // It was under way for a while.
            dueLastSequences.unheardSince(execution.now()
                    - Duration.ofMillis(resendLastSequences.millis()).toNanos()
                    - protocolTiming.heartbeat().toNanos());
        } else if (message instanceof RoomPresence
                || message instanceof Watch
                || message instanceof WatchList
                || message instanceof WatchVersion
                || message instanceof WatchListRequest) {
            peers.known(from).filter(known -> peers.isNamed(from)).ifPresent(known -> present(from, known, message));
        } else if (message instanceof QueryResponse queryResponse) {
            scatterGather.found(
                    queryResponse.question(),
                    from,
                    queryResponse.part(),
                    queryResponse.parts(),
                    queryResponse.queryResult());
        }
    }

    private void lastNumbers(Incarnation from, LastSequences said) {
        if (!peers.isKnown(from)) {
            readers.unknownReads(from);
            return;
        }
        readers.reads(from);
        if (!isLeftOut()) {
            lossDetector.told(from, said.numbers());
        }
    }

    private void heard(Incarnation from, Hello hello) {
        boolean isNew = !peers.isIntroduced(from);
        boolean isAlone = hello.naming() == Naming.LIST || answers.isAlone();
        // Before the node can be asked anything.
        isIntroductionDue |= !isAlone;
        if (!introduced(from, hello.name(), hello.versions(), hello.channels())) {
            return;
        }
        if (hello.naming() == Naming.LIST) {
            list(from, hello.round(), peers.received(MOST_NAMED), OptionalLong.empty());
        } else if (isAlone) {
            answer(from, hello);
        }
        greeted(from, isNew);
    }

    /** If that cannot be said now, all are answered as soon as it can: the node would take this one for a stranger until its next heartbeat. */
    private void answer(Incarnation from, Hello hello) {
        if (wire.publisher().down() != null) {
            owesAnswer();
            return;
        }
        Welcome answer = welcome(hello.round(), List.of(), OptionalLong.of(receivedHash()));
        unless(wire.publisher().send(out.node(from), answer), this::owesAnswer);
    }

    private void owesAnswer() {
        isAnswerOwed = true;
        isIntroductionDue = true;
    }

    /** Answers the hellos of many nodes. */
    private void answerAll() {
        if (wire.publisher().down() != null) {
            owesAnswer();
            return;
        }
        isAnswerOwed = false;
        if (!closed) {
            say(welcome(0, List.of(), OptionalLong.of(receivedHash())));
        }
        isIntroductionDue = false;
    }

    private void answerOwed() {
        if (isAnswerOwed) {
            answerAll();
        }
    }

    /** Who has not been answered yet would take what is sent now for a stranger's. On any thread. */
    private void introduceIfDue(PublishChannel channel) {
        if (isIntroductionDue && wire.publisher().down() == null) {
            wire.publisher().send(channel, welcome(0, List.of(), OptionalLong.empty()));
        }
    }

    private void answer(Incarnation from, NamesRequest request) {
        long hash = receivedHash();
        if (request.known() == hash) {
            say(from, welcome(request.round(), List.of(), OptionalLong.of(hash)));
        } else if (listsSent < MOST_LISTS) {
            listsSent++;
            list(from, request.round(), peers.received(Integer.MAX_VALUE), OptionalLong.of(hash));
        }
    }

    /** In as many messages as it takes. */
    private void list(Incarnation to, long asked, List<Named> named, OptionalLong hash) {
        int most = frameBudget(wire);
        for (List<Named> part : Parts.of(named, one -> 3 * one.name().length() + 32, most)) {
            say(to, welcome(asked, part, hash));
        }
    }

    private Welcome welcome(long asked, List<Named> named, OptionalLong hash) {
        return new Welcome(asked, name, versionNegotiation.own(), named, modes.own(), hash);
    }

    /** A node that counts has told its name: whoever hears it need not wait for its answer to a hello. */
    private void greeted(Incarnation from, boolean isNew) {
        if (isNew) {
            isNewToSomebody = true;
            watcher.list(from);
        }
        HelloRound now = round;
        if (now != null) {
            now.answer(from);
            reviewRound(now);
        }
    }

    /** A node has told its name. Returns whether it counts. */
    private boolean introduced(Incarnation from, String itsName, Versions versions, ChannelMode channels) {
        boolean counts = peers.met(from, itsName, versions);
        if (counts) {
            receipts.met(from, itsName);
            listensOn(from, itsName, channels);
            knowOwnSet();
        }
        return counts;
    }

    private void knowOwnSet() {
        if (round != null) {
            round.know(peers.knownHash() ^ self.high());
        }
    }

    /** What a node of the other mode has said before it has heard of this one may have gone where this one hears nothing. */
    private void listensOn(Incarnation from, String itsName, ChannelMode channels) {
        if (modes.met(from, itsName, channels)) {
            mixed.warn(modes.trouble().orElse(""), null);
            tellMissed(Set.of(from), lossDetector.listensSince());
            missedOf.add(from);
            listener.changed();
        }
    }

    /** Of whom packets may not have come, because it did not know where this node hears. */
    private void tellMissed(Set<Incarnation> nodes, long since) {
        if (modes.own() == ChannelMode.STATIC) {
            nodes.forEach(node -> lossDetector.missed(node, Set.of(all.channel), since));
        }
    }

    /** What is wrong although this node has met everyone: nodes hear in different ways, or do not receive this one. */
    Optional<String> impairment() {
        return modes.trouble().or(() -> Optional.ofNullable(receipts.trouble()));
    }

    private void gone(Incarnation node) {
        modes.gone(node);
        receipts.gone(node);
        scatterGather.gone(node);
        source.gone(node);
        watcher.gone(node);
        HelloRound now = round;
        if (now != null) {
            now.gone(node);
            knowOwnSet();
            reviewRound(now);
        }
    }

    // ---- the hello round

    private void hello() {
        HelloRound begun = new HelloRound(execution.random().getAsLong());
        round = begun;
        peers.snapshot().keySet().forEach(begun::named);
        knowOwnSet();
        say(new Hello(begun.id(), name, versionNegotiation.own(), modes.own()));
        say(new LastSequences(List.of()));
        isNewToSomebody = true;
    }

    private void welcomed(Incarnation from, Welcome welcome) {
        HelloRound now = round;
        // A late answer to an earlier round names nobody: or its set would count as named here, and nobody in it be
        // awaited.
        List<Named> named = now != null && now.id() == welcome.round() ? welcome.known() : List.of();
        for (Named other : named) {
            if (now != null && !other.incarnation().equals(self) && peers.named(other.incarnation(), other.name())) {
                now.named(other.incarnation());
            }
        }
        boolean isNew = !peers.isIntroduced(from);
        if (introduced(from, welcome.name(), welcome.versions(), welcome.channels())) {
            if (now != null) {
                welcome.received().ifPresent(hash -> now.answer(from, hash, named, execution.now()));
            }
            greeted(from, isNew);
        }
    }

    private void reviewRound(HelloRound reviewed) {
        if (reviewed != round) {
            return;
        }
        if (reviewed.needsAnother(ASKED + peers.size() / ASKED_PART)) {
            reviewed.repeat();
            repeatHello();
        } else if (reviewed.lacksNames()) {
            askForNames(reviewed);
        } else if (reviewed.isComplete()) {
            complete();
        }
    }

    private void complete() {
        boolean wasMet = met;
        met = isHearing();
        if (met) {
            versionNegotiation.metAll();
        }
        // What has waited for that.
        wire.publisher().run();
        scatterGather.met();
        if (!wasMet) {
            watcher.metAll();
        }
        listener.changed();
    }

    /** Asks one node after the other, as long as there are such as know others than this node. */
    private void askForNames(HelloRound asking) {
        asking.ask().ifPresent(node -> {
            say(node, new NamesRequest(asking.id(), asking.known()));
            execution
                    .scheduler()
                    .after(
                            protocolTiming.watch(),
                            () -> wire.inbox().run(() -> {
                                asking.expire(
                                        execution.now(),
                                        protocolTiming.silence().toNanos());
                                if (asking == round && asking.isAsking(node)) {
                                    askForNames(asking);
                                } else {
                                    reviewRound(asking);
                                }
                            }));
        });
    }

    /** Whether both of this node's own channels are confirmed. */
    boolean isHearing() {
        return deafOn.isEmpty();
    }

    /** Whether this node has met everyone since it can hear. */
    boolean hasMetAll() {
        return isHearing() && round != null && round.isComplete();
    }

    private void heardAgain(String channel) {
        if (!closed && deafOn.remove(channel) && isHearing()) {
            peers.listenAnew();
            hello();
            listener.changed();
        }
    }

    private void deaf(String channel, Throwable why) {
        if (closed) {
            return;
        }
        deafOn.add(channel);
        round = null;
        met = false;
        peers.allSuspect();
        receipts.deaf();
        scatterGather.cutAll(why);
        listener.changed();
    }

    // ---- questions

    ScatterGather scatterGather() {
        return scatterGather;
    }

    /** Strangers get no answer: a node that may ask has said hello, or beats. */
    private void answer(Incarnation from, QueryRequest queryRequest) {
        if (!peers.isNamed(from)) {
            return;
        }
        // Not the whole question, which may be large, for as long as it is open.
        long question = queryRequest.question();
        peers.known(from)
                .ifPresent(known -> queryHandler.received(
                        known,
                        queryRequest.query(),
                        (part, parts, queryResult) -> wire.inbox().run(() -> {
                            if (!closed) {
                                say(from, new QueryResponse(question, part, parts, queryResult));
                            }
                        })));
    }

    // ---- presence

    PresenceSource source() {
        return source;
    }

    PresenceWatcher watcher() {
        return watcher;
    }

    /** Tells a node, perhaps this one, what concerns presence. */
    private void tell(Incarnation to, Message message) {
        if (to.equals(self)) {
            present(self, new PeerInfo(self.toString(), name, Status.ALIVE), message);
        } else if (silenced() == null) {
            PublishChannel channel = out.node(to);
            introduceIfDue(channel);
            wire.publisher().send(channel, message).whenComplete((done, failure) -> {
                // A change that is lost shows by its tail, if nothing else follows; one that has no number, by nothing.
                dueLastSequences.left(channel);
                if (failure != null) {
                    wire.inbox().run(() -> source.missed(to));
                }
            });
        } else {
            source.missed(to);
        }
    }

    private void present(Incarnation from, PeerInfo known, Message message) {
        if (message instanceof RoomPresence roomPresence) {
            watcher.heard(from, known, roomPresence);
        } else if (message instanceof Watch watch) {
            source.watch(from, watch);
        } else if (message instanceof WatchList list) {
            source.list(from, list);
        } else if (message instanceof WatchVersion watchVersion) {
            source.watching(from, watchVersion.version());
        } else if (message instanceof WatchListRequest) {
            watcher.list(from);
        }
    }

    /** Frames of a node did not come on a channel: on this node's own, they may have told of presence. */
    private void lacks(String channel, Incarnation from) {
        if (channel.equals(own.channel)) {
            watcher.doubt(from);
        }
    }

    /** Who can be asked, and how. */
    private final class Others implements ScatterGather.Others {

        @Override
        public @Nullable Map<Incarnation, PeerInfo> met() {
            return met ? peers.snapshot() : null;
        }

        @Override
        public Map<Incarnation, PeerInfo> known() {
            return peers.snapshot();
        }

        @Override
        public int count() {
            return peers.size();
        }

        @Override
        public boolean isKnown(Incarnation node) {
            return peers.isKnown(node);
        }

        @Override
        public @Nullable Throwable trouble() {
            Throwable trouble = wire.hasWorked() ? wire.trouble() : null;
            return trouble == null && isLeftOut() ? whyLeftOut() : trouble;
        }

        @Override
        public CompletionStage<Void> say(Message message) {
            // The echo may come before this returns.
            long before = execution.now();
            CompletionStage<Void> said = send(out.namespace(), message);
            all.listenFor(before, said);
            return said;
        }

        @Override
        public CompletionStage<Void> say(Incarnation to, Message message) {
            return send(out.node(to), message);
        }

        /** What cannot be sent is no failed packet of the application's. */
        private CompletionStage<Void> send(PublishChannel channel, Message message) {
            Throwable why = silenced();
            if (why != null) {
                return CompletableFuture.failedStage(Failures.notSent(channel.name(), why));
            }
            introduceIfDue(channel);
            return wire.publisher().send(channel, message);
        }
    }

    /** How much one message of a long answer may hold: it fits into a frame, and does not hold up others for long. */
    static int frameBudget(Wire wire) {
        return Math.min(wire.traits().maxFrameBytes(), MOST_PER_ANSWER) - 3 * FrameCodec.HEADER_BYTES;
    }

    // ---- for readers on any thread

    Set<PeerInfo> knownPeers() {
        return new HashSet<>(peers.snapshot().values());
    }

    // ---- the end

    /** Says goodbye; the stage completes when that has left, or after a bounded time. On the inbox's turn. */
    CompletionStage<Void> close() {
        closed = true;
        wire.remark(all.channel, Optional.empty());
        scatterGather.close();
        CompletableFuture<Void> left = new CompletableFuture<>();
        if (wire.publisher().down() == null) {
            // Behind all that was sent before, which has a frame once this has left.
            wire.publisher()
                    .send(out.namespace(), new Probe(), door)
                    .whenComplete((done, failure) -> wire.inbox().run(() -> sayGoodbye(left)));
            execution.scheduler().after(GOODBYE, () -> left.complete(null));
        } else {
            left.complete(null);
        }
        return left.thenRun(() -> wire.subscriptions()
                .release(controls().stream()
                        .flatMap(control -> Stream.ofNullable(control.subscription))
                        .toList()));
    }

    /** Who missed the last of what was sent would else never know. */
    private void sayGoodbye(CompletableFuture<Void> left) {
        Set<PublishChannel> unsaid = new LinkedHashSet<>();
        dueLastSequences.takeAll().forEach(due -> unsaid.add(due.channel()));
        unsaid.addAll(out.inFlight());
        unsaid.forEach(channel -> tell(new DueLastSequences.Due(channel, execution.now())));
        wire.publisher().send(out.namespace(), new Goodbye()).whenComplete((done, failure) -> left.complete(null));
    }

    /** Hears of the other nodes. On the inbox's turn. */
    private final class Nodes implements Peers.Listener {

        @Override
        public void changed(PeerInfo node) {
            if (node.status() == Status.INCOMPATIBLE) {
                incompatible.warn(
                        "node " + node + " does not speak version " + versionNegotiation.common()
                                + " of the wire, as the cluster does: it takes no part until it runs a release that does",
                        null);
            }
            listener.nodeChanged(node);
        }

        @Override
        public void spokenChanged() {
            log.info("node {} speaks version {} of the wire now", name, versionNegotiation.spoken());
            listener.changed();
        }

        @Override
        public void gone(Incarnation node) {
            Protocol.this.gone(node);
        }

        @Override
        public void givenUp(Incarnation node, PeerInfo known, long lastHeard) {
            lossDetector.givenUp(node, known, lastHeard);
        }

        @Override
        public void forgotten(Incarnation node) {
            lossDetector.forget(node);
            readers.forget(node);
            peerAuthenticator.forget(node);
        }
    }

    /** Does what it takes to be received by the other nodes. On the inbox's turn. */
    private final class Receipts implements ReceiptMonitor.Listener {

        @Override
        public CompletionStage<Void> request(Incarnation peer) {
            return wire.publisher().send(out.node(peer), new ReceiptRequest());
        }

        @Override
        public void reconnect(String why) {
            linksOfControls().forEach(link -> wire.unreceived(link, why));
        }

        @Override
        public void receivedAgain(long since) {
            say(new Unreceived(Duration.ofNanos(execution.now() - since).toMillis()));
        }

        @Override
        public void changed() {
            listener.changed();
        }
    }

    /** Packets that waited for the broker wait until everyone has been met again, or they would be told to nobody. */
    private final class Door implements Backlog.Gate {

        @Override
        public boolean isOpen() {
            // What is left when a node closes is not kept for later.
            return met || closed;
        }

        @Override
        public @Nullable Throwable refusal() {
            return isLeftOut() ? whyLeftOut() : null;
        }
    }

    /** One of the two channels on which nodes speak to each other. */
    private final class Control implements Subscription.Owner {

        private final String channel;
        private final Target standsFor;
        private final SelfProbe selfProbe;
        /** Set before the node is anybody's. */
        private volatile @Nullable Subscription subscription;
        /** When the last frame came, whoever sent it. */
        private long lastFrame;

        Control(String channel, Target standsFor) {
            this.channel = channel;
            this.standsFor = standsFor;
            this.selfProbe = new SelfProbe(execution, protocolTiming.silence());
            this.lastFrame = execution.now();
        }

        void want() {
            subscription = wire.subscriptions().want(channel, this);
        }

        /** Something was sent here, and must come back once its stage says that the broker has it. */
        void listenFor(long sent, CompletionStage<Void> stage) {
            stage.whenComplete((done, failure) -> {
                if (failure == null) {
                    wire.inbox().run(() -> {
                        selfProbe.accepted(sent);
                        if (this == all) {
                            receipts.accepted(sent);
                        }
                    });
                }
            });
        }

        void listen() {
            if (subscription != null && selfProbe.isOverdue()) {
                String what = "nothing that node " + name + " has published on channel " + channel + " for "
                        + protocolTiming.silence() + " has come back, although the broker accepted it";
                wire.deaf(subscription, selfProbe.lastHeard(), what);
            }
        }

        /** When what is being handed over now came; not now, since it may have waited. */
        private long cameAt() {
            WireLink link = subscription == null ? null : wire.subscriptions().linkOf(subscription);
            return link == null ? execution.now() : link.lastAlive();
        }

        @Override
        public boolean comesFirst() {
            return true;
        }

        @Override
        public void frame(byte[] bytes) {
            lastFrame = cameAt();
            if (FrameCodec.isFrom(self, bytes)) {
                if (!isGenuine(channel, bytes)) {
                    return;
                }
                selfProbe.came(lastFrame);
                if (this == all) {
                    receipts.echoed();
                }
            }
            received(channel, bytes, null);
        }

        @Override
        public void confirmed(long at) {
            lastFrame = cameAt();
            selfProbe.confirmed(lastFrame);
            lossDetector.confirmed(channel, standsFor, at);
            heardAgain(channel);
        }

        @Override
        public void lost(Throwable why, long lastAlive) {
            selfProbe.lost();
            lossDetector.lost(channel, aliveUntil(lastAlive));
            deaf(channel, why);
        }

        @Override
        public void refused(Throwable why) {
            listener.shutOut(channel, why);
        }
    }
}
