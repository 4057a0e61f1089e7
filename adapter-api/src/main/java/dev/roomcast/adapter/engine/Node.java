package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.RoomListener;
import dev.roomcast.adapter.Rooms;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.engine.config.Limits;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.config.SigningKeys;
import dev.roomcast.adapter.engine.delivery.Departure;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.delivery.RoomsView;
import dev.roomcast.adapter.engine.protocol.LocalIdentity;
import dev.roomcast.adapter.engine.protocol.Protocol;
import dev.roomcast.adapter.engine.protocol.RoomcastProtocol;
import dev.roomcast.adapter.engine.query.QueryHandler;
import dev.roomcast.adapter.engine.receive.ChannelModes;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.Listeners;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running adapter of one namespace in one process. It checks all arguments, and connects the parts of the engine.
 */
final class Node implements Adapter, Wire.Observer {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private static final DisconnectReason REPLACED =
            new DisconnectReason(Kind.REPLACED, "the client has connected again");

    private final Engine engine;
    private final Wire wire;
    private final BackendSelection backendSelection;
    private final Limits limits;
    private final String namespace;
    private final String name;
    private final Incarnation self;
    private final RoomIndex index;
    private final LocalNode local;
    private final Listeners<RoomListener> roomListeners;
    private final Listeners<ClusterListener> clusterListeners;
    private final Counters counters = new Counters();
    private final Readiness readiness;
    private final Departure departure;
    private final boolean alone;
    private final boolean isStatic;
    private final ChannelNames channelNames;
    private final QueryHandler queryHandler;
    private final Protocol protocol;
    private final NodeCluster cluster;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final LocalMember.Changes changes = new Changes();
    private final HealthState healthState;
    /** Whether it was said that this node does not speak as the others do. On the inbox's turn. */
    private boolean saidLeftOut;

    private volatile boolean closed;

    Node(Engine engine, Wire wire, BackendSelection backendSelection, String namespace, EngineSettings settings) {
        this.engine = engine;
        this.wire = wire;
        this.backendSelection = backendSelection;
        this.limits = Limits.of(settings);
        this.namespace = limits.name("namespace", namespace);
        this.name = settings.nodeName();
        Execution execution = wire.execution();
        this.self = Incarnation.random(execution.random());
        this.alone = wire.capabilities().isAlone();
        ChannelModes modes = new ChannelModes(settings.get(EngineOptions.CHANNELS));
        this.isStatic = !alone && modes.own() == ChannelMode.STATIC;
        this.roomListeners = new Listeners<>(execution, counters);
        this.clusterListeners = new Listeners<>(execution, counters);
        this.healthState = new HealthState(execution.clock(), startingReason(), this::standingChanged);
        this.readiness =
                new Readiness(backendSelection, wire.capabilities().attempts(), wire.failedInARow(), wire.stages());
        this.index = new RoomIndex(new Membership(), limits.roomsPerMember());
        this.local = new LocalNode(index, wire.delivery(), counters);
        this.departure = new Departure(execution, index, wire.disconnects(), wire.stages());
        String prefix = settings.get(EngineOptions.PREFIX);
        this.channelNames =
                new ChannelNames(prefix, namespace, wire.capabilities().maxChannelBytes());
        ProtocolTiming protocolTiming = ProtocolTiming.of(settings);
        this.queryHandler = new QueryHandler(
                local,
                new Members(),
                execution,
                wire.stages(),
                wire.disconnects(),
                counters,
                () -> RoomcastProtocol.frameBudget(wire.capabilities().maxFrameBytes()));
        SigningKeys signingKeys = engine.signingKeys();
        FrameMac frameMac = signingKeys == null ? null : new FrameMac(signingKeys);
        this.protocol = new RoomcastProtocol(
                wire,
                new LocalIdentity(self, name, engine.versions(), modes.own()),
                channelNames,
                modes,
                frameMac,
                local,
                queryHandler,
                protocolTiming,
                limits.sequenceBytes(),
                new Events());
        this.cluster =
                new NodeCluster(this, wire, limits, queryHandler, protocol, clusterListeners, protocolTiming.request());
    }

    void start() {
        if (alone) {
            protocol.startAlone();
            healthState.become(Status.UP, backendSelection.description(alone));
            readiness.reached();
        } else {
            // Rooms may wait for these channels from now on.
            protocol.want();
            wire.inbox().run(protocol::start);
        }
    }

    // ---- membership

    @Override
    public Member add(Connection connection) {
        LocalMember member = member(connection);
        if (!index.add(member, limits::members)) {
            throw Failures.duplicateId(member.id());
        }
        return added(member);
    }

    @Override
    public Member replace(Connection connection) {
        LocalMember member = member(connection);
        wire.disconnects().replace(() -> index.replace(member, limits::members), REPLACED);
        return added(member);
    }

    private LocalMember member(Connection connection) {
        requireOpen();
        requireInService();
        String id = limits.name("member id", connection.id());
        String user = connection.user().map(u -> limits.name("user id", u)).orElse(null);
        Map<String, String> attributes = limits.attributes(id, connection.attributes());
        return new LocalMember(index, connection, id, user, attributes, changes);
    }

    private CompletionStage<Void> user(LocalMember member, @Nullable String user) {
        requireOpen();
        String name = user == null ? null : limits.name("user id", user);
        CompletionStage<Void> confirmed =
                index.user(member, name, entry -> entry == null ? Stages.DONE : confirmed(member, entry));
        if (confirmed == null) {
            return CompletableFuture.failedStage(new IllegalStateException(
                    "member " + member.id() + " was removed: add its connection again to give it a user"));
        }
        settle();
        return alone ? Stages.DONE : whole(List.of(confirmed));
    }

    private LocalMember added(LocalMember member) {
        if (departure.hasBegun()) {
            // It may have come too late to be disconnected with the others.
            index.remove(member);
            requireInService();
        }
        settle();
        return member;
    }

    private void requireInService() {
        if (departure.hasBegun()) {
            throw new IllegalStateException(
                    "the node takes no members any more, because it is draining: close the connection as going"
                            + " away (1001), so that its client reaches another node");
        }
    }

    @Override
    public CompletionStage<Void> join(Member member, String room) {
        return join(member, List.of(room));
    }

    @Override
    public CompletionStage<Void> join(Member member, Collection<String> rooms) {
        LocalMember own = index.own(member);
        requireOpen();
        List<String> names = List.copyOf(rooms);
        names.forEach(room -> limits.name("room", room));
        List<CompletionStage<Void>> confirmed = index.join(own, names, entry -> confirmed(own, entry));
        if (confirmed == null) {
            return CompletableFuture.failedStage(new IllegalStateException(
                    "member " + own.id() + " was removed: add its connection again to join rooms"));
        }
        settle();
        return alone ? Stages.DONE : whole(confirmed);
    }

    private CompletionStage<Void> whole(List<CompletionStage<Void>> confirmed) {
        CompletionStage<Void> all = wire.stages().all(confirmed);
        // A node that has closed meanwhile wants no channels: that these are done with would be a lie.
        return closed ? CompletableFuture.failedStage(Failures.closed()) : all;
    }

    private CompletionStage<Void> confirmed(LocalMember member, RoomIndex.Entry entry) {
        if (alone) {
            return Stages.DONE;
        }
        Room room = entry.room();
        Subscription channel = Objects.requireNonNull(room.channel(), "channel");
        Optional<Subscription.Undo> undo =
                entry.isNew() ? Optional.of(takeWaiter -> index.leave(member, room, takeWaiter)) : Optional.empty();
        return wire.subscriptions().confirmation(channel, describe(room), waiting(room, member), undo);
    }

    private static String describe(Room room) {
        return room.isHidden() ? "of user " + room.name() : room.name();
    }

    /** Identifies a member that waits for the channel of its user: it may also wait for that of a room of the same name. */
    private record UserOf(LocalMember member) {}

    private static Object waiting(Room room, LocalMember member) {
        return room.isHidden() ? new UserOf(member) : member;
    }

    @Override
    public void leave(Member member, String room) {
        leave(member, List.of(room));
    }

    @Override
    public void leave(Member member, Collection<String> rooms) {
        index.leave(index.own(member), List.copyOf(rooms));
        settle();
    }

    @Override
    public void remove(Member member) {
        index.remove(index.own(member));
        settle();
    }

    /** Rooms may have come or gone: their channels are asked for, or given up, once no lock is held. */
    private void settle() {
        if (!alone) {
            wire.subscriptions().settle();
        }
    }

    // ---- broadcast

    @Override
    public CompletionStage<Published> broadcast(Target target, Packet packet) {
        requireOpen();
        limits.target(target);
        limits.packet(packet);
        boolean remote = concernsOthers(target);
        if (remote) {
            requireFrame(target, packet);
        }
        // Queued first, so that a local send which is stuck holds back no other node.
        CompletionStage<Published> stage = remote ? protocol.broadcast(target, packet) : Stages.ON_THIS_NODE;
        local.deliver(target, packet);
        return stage;
    }

    /** Whether the packet fits into a frame beside its target, whose exact size is looked at only where it matters. */
    private void requireFrame(Target target, Packet packet) {
        int most = wire.capabilities().maxFrameBytes();
        long names = 2L * FrameCodec.HEADER_BYTES + Limits.count(target) * (limits.nameBytes() + 12L);
        if (names < most && packet.fitsIn((int) (most - names))) {
            return;
        }
        long exact = FrameCodec.largestFrame(new Message.Broadcast(target, packet));
        if (exact > most) {
            throw new IllegalArgumentException("the packet of " + packet.size() + " bytes and its target take " + exact
                    + " bytes on the wire, and the transport carries at most " + most + ": send less");
        }
    }

    /** Whether other nodes can be concerned. */
    boolean concernsOthers(Target target) {
        return !alone
                && !target.isOnThisNode()
                && (target.isEveryone()
                        || !target.roomNames().isEmpty()
                        || !target.memberIds().isEmpty()
                        || !target.userIds().isEmpty());
    }

    // ---- what is known

    @Override
    public Rooms rooms() {
        return new RoomsView(index);
    }

    @Override
    public CompletionStage<Set<String>> allRooms() {
        return cluster.whole(cluster.roomNames());
    }

    @Override
    public Registration onRoomEvent(RoomListener listener) {
        return roomListeners.add(listener);
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    /** This node as others know it. */
    PeerInfo known() {
        NodeInfo.Status open = protocol.isLeftOut() ? NodeInfo.Status.INCOMPATIBLE : NodeInfo.Status.ALIVE;
        return new PeerInfo(self.toString(), name, closed ? NodeInfo.Status.GONE : open);
    }

    // ---- health

    @Override
    public Health health() {
        return health(healthState.now());
    }

    private Health health(HealthState.State state) {
        TreeMap<String, Long> counted = new TreeMap<>();
        counters.copyTo(counted);
        wire.counters().copyTo(counted);
        TreeMap<String, Long> gauges = new TreeMap<>();
        gauges.put("sends.held", (long) wire.stalledSends().count());
        if (!alone) {
            wire.copyGaugesTo(gauges);
            gauges.put("streams.bytes", protocol.sequenceBytes());
        }
        return new HealthSnapshot(
                state.status(),
                backendSelection.adapterName(),
                index.roomCount(),
                wire.execution().clock().instant(),
                state.reason() + " (since " + state.since() + ")",
                Collections.unmodifiableSortedMap(counted),
                Collections.unmodifiableSortedMap(gauges));
    }

    @Override
    public CompletionStage<Void> ready() {
        return readiness.stage();
    }

    @Override
    public void publishingResumed() {
        protocol.publishingResumed();
    }

    @Override
    public void review() {
        if (closed || alone) {
            return;
        }
        Throwable trouble = wire.trouble();
        int recovering = wire.subscriptions().recovering();
        int refused = wire.subscriptions().refused();
        boolean leftOut = protocol.isLeftOut();
        Optional<String> mixed = protocol.impairment();
        boolean met = protocol.hasMetAll() && trouble == null && recovering == 0 && !leftOut;
        if (met) {
            wire.proven();
        }
        Throwable failure = wire.lastFailure();
        long inARow = wire.failedInARow();
        if (failure != null && inARow >= wire.capabilities().attempts()) {
            healthState.become(Status.DOWN, readiness.setupFailed(inARow + " attempts in a row", failure));
        } else if (leftOut) {
            healthState.become(Status.DOWN, Failures.text(protocol.whyLeftOut()));
        } else if (met && refused == 0 && mixed.isEmpty()) {
            healthState.become(
                    Status.UP,
                    backendSelection.description(alone)
                            + wire.transportRemarks().text());
        } else if (!met && refused == 0 && !readiness.wasReached()) {
            healthState.become(Status.STARTING, startingReason() + whatFailed(failure, inARow));
        } else {
            healthState.become(
                    Status.DEGRADED,
                    met && refused == 0 ? mixed.orElse("") : whatIsWrong(trouble, recovering, refused));
        }
        // Who waits for ready() finds health as it was told.
        if (failure != null) {
            readiness.failed(inARow, failure);
        }
        if (leftOut && !saidLeftOut) {
            readiness.leftOut(protocol.whyLeftOut());
        }
        saidLeftOut = leftOut;
        if (met && readiness.reached()) {
            log.info(
                    "{} adapter configured for horizontal scaling: node {} has met {} others in namespace {}",
                    backendSelection.displayName(),
                    name,
                    protocol.knownPeers().size(),
                    namespace);
        }
    }

    private String startingReason() {
        return "has not met its cluster yet; " + backendSelection.adapterName() + " " + backendSelection.reason();
    }

    private String whatFailed(@Nullable Throwable failure, long inARow) {
        if (failure != null) {
            return "; attempts in a row that failed: " + inARow + ", the last one because: " + Failures.text(failure);
        }
        return whyUnavailable();
    }

    /** Why the broker has not confirmed the channels that are waited for, for the end of a sentence; empty if nothing is known. */
    private String whyUnavailable() {
        Throwable why = wire.subscriptions().whyUnavailable();
        return why == null ? "" : "; the broker does not confirm channels now: " + Failures.text(why);
    }

    private String whatIsWrong(@Nullable Throwable trouble, int recovering, int refused) {
        if (trouble != null) {
            Throwable failure = wire.lastFailure();
            return "the broker cannot be reached, attempts go on: "
                    + Failures.text(failure != null ? failure : trouble);
        }
        if (recovering > 0) {
            return recovering + " channels are not back yet after an outage" + whyUnavailable();
        }
        if (refused > 0) {
            return "the broker refuses " + refused + (refused == 1 ? " channel" : " channels")
                    + "; allow this user to subscribe to what the log names";
        }
        return "the other nodes have not answered yet after an outage";
    }

    private void standingChanged(HealthState.State state) {
        Health health = health(state);
        clusterListeners.tell(listener -> listener.healthChanged(health));
    }

    // ---- the end

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the adapter is closed");
        }
    }

    @Override
    public CompletionStage<Void> drain(int perSecond, DisconnectReason reason) {
        if (perSecond < 1) {
            throw new IllegalArgumentException(
                    "a drain of " + perSecond + " connections a second never ends: use 1 or more");
        }
        Objects.requireNonNull(reason, "reason");
        requireOpen();
        return departure.begin(
                perSecond,
                reason,
                () -> healthState.become(
                        Status.DRAINING,
                        "the node is draining, at most " + perSecond + " connections a second: " + reason.text()));
    }

    @Override
    public void close() {
        engine.closeAndWait(this);
    }

    /** Ends this node; the stage completes when it has said goodbye. */
    CompletionStage<Void> end() {
        synchronized (ended) {
            if (closed) {
                return ended;
            }
            closed = true;
        }
        List<Subscription> rooms = index.close();
        healthState.become(Status.CLOSED, "the adapter was closed");
        readiness.closed();
        if (departure.hasBegun()) {
            departure.end();
        }
        if (alone) {
            local.close();
            engine.remove(this);
            ended.complete(null);
        } else {
            wire.inbox().run(() -> protocol.close().whenComplete((done, failure) -> endDeliveries(rooms)));
        }
        return ended;
    }

    /** Behind a delivery that is under way, so that a send which does not return is known, and is interrupted. */
    private void endDeliveries(List<Subscription> rooms) {
        wire.inbox().run(() -> local.inOrder(() -> ended(rooms)));
    }

    private void ended(List<Subscription> rooms) {
        local.close();
        if (!isStatic) {
            wire.subscriptions().release(rooms);
        }
        wire.publisher().abandon(self);
        engine.remove(this);
        ended.complete(null);
    }

    String namespace() {
        return namespace;
    }

    /** Does what the application changes of members. */
    private final class Changes implements LocalMember.Changes {

        @Override
        public CompletionStage<Void> user(LocalMember member, @Nullable String user) {
            return Node.this.user(member, user);
        }

        @Override
        public void attributes(LocalMember member, Map<String, String> attributes) {
            index.attributes(member, limits.attributes(member.id(), Map.copyOf(attributes)));
        }
    }

    /** Hears the room index, under its lock. */
    private final class Membership implements RoomIndex.Observer {

        @Override
        public void created(Room room) {
            if (isStatic) {
                room.channel(protocol.namespaceChannel());
            } else if (!alone) {
                Target target = room.isHidden() ? Target.user(room.name()) : Target.room(room.name());
                String channel = room.isHidden() ? channelNames.user(room.name()) : channelNames.room(room.name());
                room.channel(wire.subscriptions()
                        .want(channel, protocol.roomChannel(channel, target, why -> refused(channel, target, why))));
            }
            if (!room.isHidden()) {
                roomListeners.tell(listener -> listener.created(room.name()));
            }
        }

        @Override
        public void joined(Room room, LocalMember member) {
            if (!room.isHidden()) {
                protocol.presenceSource()
                        .joined(room.name(), member, room.members().size() == 1);
                roomListeners.tell(listener -> listener.joined(room.name(), member));
            }
        }

        @Override
        public void changed(Room room, LocalMember member) {
            protocol.presenceSource().changed(room.name(), member);
            roomListeners.tell(listener -> listener.changed(room.name(), member));
        }

        @Override
        public void left(Room room, LocalMember member) {
            if (!room.isHidden()) {
                protocol.presenceSource()
                        .left(room.name(), member, room.members().size() == 0);
                roomListeners.tell(listener -> listener.left(room.name(), member));
            }
            Subscription channel = room.channel();
            if (channel != null) {
                wire.subscriptions().left(channel, describe(room), waiting(room, member));
            }
        }

        @Override
        public void deleted(Room room) {
            Subscription channel = room.channel();
            if (channel != null && !isStatic) {
                wire.subscriptions().unwant(channel);
            }
            if (!room.isHidden()) {
                roomListeners.tell(listener -> listener.deleted(room.name()));
            }
        }
    }

    /** The broker refuses the channel of a room or user. On the inbox's turn. */
    private void refused(String channel, Target target, Throwable why) {
        Set<String> rooms = target.roomNames();
        AdapterException refusal = Failures.refused(channel, why);
        clusterListeners.tell(listener -> listener.refused(rooms, refusal));
    }

    /** Passes on what the protocol reports. On the inbox's turn. */
    private final class Events implements Protocol.Listener {

        @Override
        public void nodeChanged(PeerInfo node) {
            clusterListeners.tell(listener -> listener.nodeChanged(node));
        }

        @Override
        public void lost(Loss loss) {
            clusterListeners.tell(listener -> listener.lost(loss));
        }

        @Override
        public void changed() {
            wire.changed();
        }

        @Override
        public void shutOut(String channel, Throwable why) {
            readiness.shutOut(channel, why);
        }
    }

    /** What other nodes may do to the members of this one. */
    private final class Members implements QueryHandler.Membership {

        @Override
        public CompletionStage<Void> join(LocalMember member, List<String> rooms) {
            return Node.this.join(member, rooms);
        }

        @Override
        public void leave(LocalMember member, List<String> rooms) {
            Node.this.leave(member, rooms);
        }
    }
}
