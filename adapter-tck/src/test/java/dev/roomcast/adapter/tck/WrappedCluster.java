package dev.roomcast.adapter.tck;

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
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The cluster of a {@link WrappedAdapter}, to break one promise of it. */
class WrappedCluster implements Cluster {

    private final Cluster within;

    WrappedCluster(Cluster within) {
        this.within = within;
    }

    @Override
    public NodeInfo self() {
        return within.self();
    }

    @Override
    public Set<NodeInfo> nodes() {
        return within.nodes();
    }

    @Override
    public CompletionStage<Gathered<Set<String>>> roomNames() {
        return within.roomNames();
    }

    @Override
    public Registration onEvent(ClusterListener listener) {
        return within.onEvent(listener);
    }

    @Override
    public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
        return within.members(target);
    }

    @Override
    public CompletionStage<Gathered<Long>> count(Target target) {
        return within.count(target);
    }

    @Override
    public CompletionStage<Gathered<Set<String>>> users(Target target) {
        return within.users(target);
    }

    @Override
    public CompletionStage<Void> join(Target target, Collection<String> rooms) {
        return within.join(target, rooms);
    }

    @Override
    public CompletionStage<Void> leave(Target target, Collection<String> rooms) {
        return within.leave(target, rooms);
    }

    @Override
    public CompletionStage<Void> disconnect(Target target, DisconnectReason reason) {
        return within.disconnect(target, reason);
    }

    @Override
    public CompletionStage<Gathered<Answers>> ask(
            Target target, Packet question, Duration timeout, Consumer<? super Answers.Reply> each) {
        return within.ask(target, question, timeout, each);
    }

    @Override
    public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(Packet request, Duration timeout) {
        return within.request(request, timeout);
    }

    @Override
    public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(
            Set<NodeInfo> nodes, Packet request, Duration timeout) {
        return within.request(nodes, request, timeout);
    }

    @Override
    public CompletionStage<Published> emit(Packet packet) {
        return within.emit(packet);
    }

    @Override
    public Registration onEmit(EmitListener listener) {
        return within.onEmit(listener);
    }

    @Override
    public Registration onRequest(NodeHandler handler) {
        return within.onRequest(handler);
    }

    @Override
    public Registration watch(String room, PresenceListener listener) {
        return within.watch(room, listener);
    }

    @Override
    public Registration watchOccupancy(String room, OccupancyListener listener) {
        return within.watchOccupancy(room, listener);
    }
}
