package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.config.ConfigSource;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.spi.TransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Nodes of one namespace on one simulated broker, in virtual time. */
public final class SimulatedCluster {

    private static final Map<String, String> CONFIG = Map.of(
            "roomcast.heartbeat.interval", "1s",
            "roomcast.heartbeat.timeout", "3s",
            "roomcast.hello.wait", "100ms",
            "roomcast.request.timeout", "2s");

    final VirtualTime time;
    final SimulatedBroker broker;
    final List<Adapter> nodes = new ArrayList<>();
    /** Where each node has one of its own. */
    final List<VirtualTime.Process> processes = new ArrayList<>();

    private final List<Engine> engines = new ArrayList<>();

    SimulatedCluster(long seed) {
        this.time = new VirtualTime(seed);
        this.broker = new SimulatedBroker(time);
    }

    static SimulatedCluster of(long seed, int size) {
        SimulatedCluster cluster = new SimulatedCluster(seed);
        for (int i = 0; i < size; i++) {
            cluster.open();
        }
        cluster.pass(1000);
        return cluster;
    }

    /** Nodes with the timing that is the default, each in a process of its own. */
    static SimulatedCluster ofProcesses(long seed, int size) {
        return ofProcesses(seed, size, Map.of());
    }

    static SimulatedCluster ofProcesses(long seed, int size, Map<String, String> config) {
        SimulatedCluster cluster = new SimulatedCluster(seed);
        for (int i = 0; i < size; i++) {
            cluster.openProcess(config);
        }
        cluster.pass(1000);
        return cluster;
    }

    /** A node with the timing that is the default, but for what is configured, in a process of its own. */
    Adapter openProcess(Map<String, String> config) {
        VirtualTime.Process process = time.process();
        processes.add(process);
        return open(config, broker.of(process), process.execution(), FrameCodec.VERSIONS);
    }

    Adapter open() {
        return open(CONFIG, broker, time.execution(), FrameCodec.VERSIONS);
    }

    /** A node of which something is configured in another way. */
    Adapter open(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(CONFIG);
        config.putAll(more);
        return open(config, broker, time.execution(), FrameCodec.VERSIONS);
    }

    /** A node of an earlier or a later release, as far as versions of the wire go. */
    Adapter open(Versions versions) {
        return open(CONFIG, broker, time.execution(), versions);
    }

    private Adapter open(
            Map<String, String> config, TransportProvider provider, Execution execution, Versions versions) {
        int number = nodes.size();
        EngineSettings settings = new EngineSettings(
                List.of(
                        ConfigSource.of("simulation", config),
                        ConfigSource.of("node", Map.of("roomcast.node.name", "node-" + number))),
                EngineOptions.ALL);
        Engine engine = new Engine(
                settings, new BackendSelection(provider, "in a simulation", Optional.empty()), execution, versions);
        engine.connect();
        engines.add(engine);
        nodes.add(engine.open("/"));
        return nodes.get(number);
    }

    /** Another namespace over the transport of a node. */
    Adapter open(int node, String namespace) {
        return engines.get(node).open(namespace);
    }

    /** Begins to close a node; it ends as time passes. */
    CompletionStage<Void> close(int node) {
        return engines.get(node).end();
    }

    void pass(long millis) {
        time.pass(Duration.ofMillis(millis));
    }

    Client client(int node, String id) {
        return new Client(nodes.get(node), id);
    }

    public static boolean isDone(CompletionStage<?> stage) {
        return stage.toCompletableFuture().isDone()
                && !stage.toCompletableFuture().isCompletedExceptionally();
    }

    /** A client that remembers what it got. */
    static class Client implements Connection {

        final Adapter node;
        final Member member;
        final List<String> received = new ArrayList<>();
        private final Set<String> distinct = new HashSet<>();
        private final String id;

        Client(Adapter node, String id) {
            this.node = node;
            this.id = id;
            this.member = node.add(this);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void send(Packet packet) {
            received.add(packet.text());
            distinct.add(packet.text());
        }

        boolean hasReceived(String packet) {
            return distinct.contains(packet);
        }

        @Override
        public void disconnect(DisconnectReason reason) {}
    }
}
