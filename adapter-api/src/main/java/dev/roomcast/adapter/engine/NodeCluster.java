package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Answers;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeHandler;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.Questions.Whom;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The cluster as one node sees it: the border at which what concerns all nodes is checked. */
final class NodeCluster implements Cluster {

    private final Node node;
    private final Wire wire;
    private final Limits limits;
    private final Respondent respondent;
    private final Protocol protocol;
    private final Listeners<ClusterListener> listeners;
    private final Duration timeout;

    NodeCluster(
            Node node,
            Wire wire,
            Limits limits,
            Respondent respondent,
            Protocol protocol,
            Listeners<ClusterListener> listeners,
            Duration timeout) {
        this.node = node;
        this.wire = wire;
        this.limits = limits;
        this.respondent = respondent;
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
    public CompletionStage<Gathered<Set<String>>> rooms() {
        return ask(new Inquiry.RoomNames(), everywhere(), timeout, Collected.texts());
    }

    @Override
    public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
        return ask(new Inquiry.Members(checked(target)), where(target), timeout, Collected.members());
    }

    @Override
    public CompletionStage<Gathered<Long>> count(Target target) {
        return ask(new Inquiry.Count(checked(target)), where(target), timeout, Collected.sum());
    }

    @Override
    public CompletionStage<Gathered<Set<String>>> users(Target target) {
        return ask(new Inquiry.Users(checked(target)), where(target), timeout, Collected.texts());
    }

    private <T> CompletionStage<Gathered<T>> ask(
            Inquiry inquiry, Whom whom, Duration within, Question.Collector<T> collector) {
        node.requireOpen();
        requireFrame(inquiry);
        return protocol.questions().ask(inquiry, whom, within, collector);
    }

    private Target checked(Target target) {
        limits.target(target);
        return target;
    }

    private Whom where(Target target) {
        return node.concernsOthers(target) ? Whom.ALL : Whom.HERE;
    }

    private Whom everywhere() {
        return where(Target.everyone());
    }

    private void requireFrame(Inquiry inquiry) {
        requireFrame(new Message.Asked(0, inquiry));
    }

    private void requireFrame(Message message) {
        int most = wire.traits().maxFrameBytes();
        long bytes = Codec.largestFrame(message);
        if (bytes > most) {
            throw new IllegalArgumentException(
                    "this takes " + bytes + " bytes on the wire, and the transport carries at" + " most " + most
                            + ": name fewer rooms and members, or send less");
        }
    }

    /** The whole answer, or a failure that names what is missing. */
    <T> CompletionStage<T> whole(CompletionStage<Gathered<T>> gathering) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        gathering.whenComplete((gathered, failure) -> {
            if (failure != null) {
                stage.completeExceptionally(failure);
                return;
            }
            try {
                stage.complete(gathered.all());
            } catch (AdapterException e) {
                wire.stages().fail(stage, e);
            }
        });
        return stage;
    }

    // ---- commands

    @Override
    public CompletionStage<Void> join(Target target, Collection<String> rooms) {
        return tell(new Inquiry.Join(checked(target), names(rooms)), where(target));
    }

    @Override
    public CompletionStage<Void> leave(Target target, Collection<String> rooms) {
        return tell(new Inquiry.Leave(checked(target), names(rooms)), where(target));
    }

    @Override
    public CompletionStage<Void> disconnect(Target target, DisconnectReason reason) {
        return tell(new Inquiry.Disconnect(checked(target), Objects.requireNonNull(reason, "reason")), where(target));
    }

    private List<String> names(Collection<String> rooms) {
        List<String> names = List.copyOf(rooms);
        names.forEach(room -> limits.name("room", room));
        return names;
    }

    private CompletionStage<Void> tell(Inquiry command, Whom whom) {
        return whole(ask(command, whom, timeout, Collected.done())).thenApply(done -> null);
    }

    // ---- questions to members and servers

    @Override
    public CompletionStage<Gathered<Answers>> ask(
            Target target, Packet question, Duration within, Consumer<? super Answers.Reply> each) {
        limits.packet(question);
        Objects.requireNonNull(each, "each");
        return ask(
                new Inquiry.Ask(checked(target), question, Limits.timeout(within)),
                where(target),
                within,
                new Acknowledgements(reply -> wire.stages().tell(() -> each.accept(reply))));
    }

    @Override
    public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(Packet request, Duration within) {
        limits.packet(request);
        return ask(new Inquiry.Request(request), everywhere(), Limits.timeout(within), Collected.replies());
    }

    @Override
    public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(
            Set<NodeInfo> nodes, Packet request, Duration within) {
        limits.packet(request);
        Set<KnownNode> named = nodes.stream()
                .map(asked -> new KnownNode(asked.incarnation(), asked.name(), asked.status()))
                .collect(Collectors.toUnmodifiableSet());
        return ask(new Inquiry.Request(request), new Whom(false, named), Limits.timeout(within), Collected.replies());
    }

    @Override
    public CompletionStage<Void> emit(Packet packet) {
        node.requireOpen();
        limits.packet(packet);
        requireFrame(new Message.Emitted(packet));
        CompletionStage<Void> stage = node.concernsOthers(Target.everyone()) ? protocol.emit(packet) : Stages.DONE;
        respondent.emitted(node.known(), packet);
        return stage;
    }

    @Override
    public Registration onRequest(NodeHandler handler) {
        AtomicReference<@Nullable NodeHandler> current = respondent.handler();
        if (!current.compareAndSet(null, Objects.requireNonNull(handler, "handler"))) {
            throw new IllegalStateException(
                    "there is a request handler already: close its registration first, or let one handler tell requests"
                            + " apart");
        }
        return () -> current.compareAndSet(handler, null);
    }

    // ---- what is heard

    @Override
    public Registration watch(String room, PresenceListener listener) {
        node.requireOpen();
        return protocol.watcher().watch(limits.name("room", room), Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public Registration watchOccupancy(String room, OccupancyListener listener) {
        node.requireOpen();
        return protocol.watcher()
                .watchOccupancy(limits.name("room", room), Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public Registration onEvent(ClusterListener listener) {
        return listeners.add(listener);
    }
}
