package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Answers;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.EmitListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeHandler;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.config.Limits;
import dev.roomcast.adapter.engine.protocol.Protocol;
import dev.roomcast.adapter.engine.query.GatheredAnswers;
import dev.roomcast.adapter.engine.query.GatheredMembers;
import dev.roomcast.adapter.engine.query.OpenQuery;
import dev.roomcast.adapter.engine.query.QueryHandler;
import dev.roomcast.adapter.engine.query.ScatterGather.AskedNodes;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.Listeners;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The cluster as one node sees it. It checks the arguments of all calls that concern several nodes. */
final class NodeCluster implements Cluster {

    private final Node node;
    private final Wire wire;
    private final Limits limits;
    private final QueryHandler queryHandler;
    private final Protocol protocol;
    private final Listeners<ClusterListener> listeners;
    private final Duration timeout;

    NodeCluster(
            Node node,
            Wire wire,
            Limits limits,
            QueryHandler queryHandler,
            Protocol protocol,
            Listeners<ClusterListener> listeners,
            Duration timeout) {
        this.node = node;
        this.wire = wire;
        this.limits = limits;
        this.queryHandler = queryHandler;
        this.protocol = protocol;
        this.listeners = listeners;
        this.timeout = timeout;
    }

    @Override
    public NodeInfo self() {
        return node.known();
    }

    @Override
    public Set<NodeInfo> nodes() {
        Set<NodeInfo> nodes = new HashSet<>(protocol.knownPeers());
        nodes.add(node.known());
        return Set.copyOf(nodes);
    }

    // ---- questions to nodes

    @Override
    public CompletionStage<Gathered<Set<String>>> roomNames() {
        return ask(new Query.RoomNames(), everywhere(), timeout, GatheredMembers.texts());
    }

    @Override
    public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
        return ask(new Query.Members(checked(target)), where(target), timeout, GatheredMembers.members());
    }

    @Override
    public CompletionStage<Gathered<Long>> count(Target target) {
        return ask(new Query.Count(checked(target)), where(target), timeout, GatheredMembers.sum());
    }

    @Override
    public CompletionStage<Gathered<Set<String>>> users(Target target) {
        return ask(new Query.Users(checked(target)), where(target), timeout, GatheredMembers.texts());
    }

    private <T> CompletionStage<Gathered<T>> ask(
            Query query, AskedNodes askedNodes, Duration within, OpenQuery.Collector<T> collector) {
        node.requireOpen();
        requireFrame(query);
        return protocol.scatterGather().ask(query, askedNodes, within, collector);
    }

    private Target checked(Target target) {
        limits.target(target);
        return target;
    }

    private AskedNodes where(Target target) {
        return node.concernsOthers(target) ? AskedNodes.ALL : AskedNodes.HERE;
    }

    private AskedNodes everywhere() {
        return where(Target.everyone());
    }

    private void requireFrame(Query query) {
        requireFrame(new Message.QueryRequest(0, query));
    }

    private void requireFrame(Message message) {
        int most = wire.capabilities().maxFrameBytes();
        long bytes = FrameCodec.largestFrame(message);
        if (bytes > most) {
            throw new IllegalArgumentException(
                    "this takes " + bytes + " bytes on the wire, and the transport carries at" + " most " + most
                            + ": name fewer rooms and members, or send less");
        }
    }

    /** The whole answer, or a failure that names what is missing. */
    <T> CompletionStage<T> whole(CompletionStage<Gathered<T>> gathering) {
        GuardedStage<T> stage = new GuardedStage<>();
        gathering.whenComplete((gathered, failure) -> {
            if (failure != null) {
                stage.fail(failure);
                return;
            }
            try {
                stage.end(gathered.all());
            } catch (AdapterException e) {
                wire.stages().fail(stage, e);
            }
        });
        return stage;
    }

    // ---- commands

    @Override
    public CompletionStage<Void> join(Target target, Collection<String> rooms) {
        return tell(new Query.Join(checked(target), names(rooms)), where(target));
    }

    @Override
    public CompletionStage<Void> leave(Target target, Collection<String> rooms) {
        return tell(new Query.Leave(checked(target), names(rooms)), where(target));
    }

    @Override
    public CompletionStage<Void> disconnect(Target target, DisconnectReason reason) {
        return tell(new Query.Disconnect(checked(target), Objects.requireNonNull(reason, "reason")), where(target));
    }

    private List<String> names(Collection<String> rooms) {
        List<String> names = List.copyOf(rooms);
        names.forEach(room -> limits.name("room", room));
        return names;
    }

    private CompletionStage<Void> tell(Query command, AskedNodes askedNodes) {
        return whole(ask(command, askedNodes, timeout, GatheredMembers.done())).thenApply(done -> null);
    }

    // ---- questions to members and servers

    @Override
    public CompletionStage<Gathered<Answers>> ask(
            Target target, Packet question, Duration within, Consumer<? super Answers.Reply> each) {
        limits.packet(question);
        Objects.requireNonNull(each, "each");
        return ask(
                new Query.Ask(checked(target), question, Limits.timeout(within)),
                where(target),
                within,
                new GatheredAnswers(reply -> wire.stages().tell(() -> each.accept(reply))));
    }

    @Override
    public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(Packet request, Duration within) {
        limits.packet(request);
        return ask(new Query.Request(request), everywhere(), Limits.timeout(within), GatheredMembers.replies());
    }

    @Override
    public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(
            Set<NodeInfo> nodes, Packet request, Duration within) {
        limits.packet(request);
        Set<PeerInfo> named = nodes.stream()
                .map(asked -> new PeerInfo(asked.incarnation(), asked.name(), asked.status()))
                .collect(Collectors.toUnmodifiableSet());
        return ask(
                new Query.Request(request),
                new AskedNodes(false, named),
                Limits.timeout(within),
                GatheredMembers.replies());
    }

    @Override
    public CompletionStage<Published> emit(Packet packet) {
        node.requireOpen();
        limits.packet(packet);
        requireFrame(new Message.Emitted(packet));
        CompletionStage<Published> stage =
                node.concernsOthers(Target.everyone()) ? protocol.emit(packet) : Stages.ON_THIS_NODE;
        queryHandler.emitted(node.known(), packet);
        return stage;
    }

    @Override
    public Registration onEmit(EmitListener listener) {
        return queryHandler.emitListeners().add(listener);
    }

    @Override
    public Registration onRequest(NodeHandler handler) {
        AtomicReference<@Nullable NodeHandler> current = queryHandler.handler();
        if (!current.compareAndSet(null, Objects.requireNonNull(handler, "handler"))) {
            throw new IllegalStateException(
                    "there is a request handler already: close its registration first, or let one handler serve all"
                            + " requests");
        }
        return () -> current.compareAndSet(handler, null);
    }

    // ---- what is heard

    @Override
    public Registration watch(String room, PresenceListener listener) {
        node.requireOpen();
        return protocol.presenceWatcher()
                .watch(limits.name("room", room), Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public Registration watchOccupancy(String room, OccupancyListener listener) {
        node.requireOpen();
        return protocol.presenceWatcher()
                .watchOccupancy(limits.name("room", room), Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public Registration onEvent(ClusterListener listener) {
        return listeners.add(listener);
    }
}
