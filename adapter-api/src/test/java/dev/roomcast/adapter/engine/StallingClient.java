package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A connection that keeps what it is sent, and whose send takes its time with chosen packets. */
final class StallingClient implements Connection {

    private final SimulatedCluster cluster;
    final String id;
    private final Member member;
    final List<String> received = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    private final Map<String, Runnable> doing = new HashMap<>();

    StallingClient(SimulatedCluster cluster, Adapter node, String id) {
        this.cluster = cluster;
        this.id = id;
        this.member = node.add(this);
    }

    Member member() {
        return member;
    }

    void blocks(String packet, long millis) {
        doing.put(packet, () -> cluster.pass(millis));
    }

    /** The whole process stands still for so long, and then a little time passes. */
    void pauses(String packet, long millis) {
        doing.put(packet, () -> {
            cluster.time.stall(Duration.ofMillis(millis));
            cluster.pass(20);
        });
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void send(Packet packet) {
        received.add(packet.text());
        times.add(cluster.time.now());
        doing.getOrDefault(packet.text(), () -> {}).run();
    }

    @Override
    public void disconnect(DisconnectReason reason) {}
}
