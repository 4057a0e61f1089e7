package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Backend;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The nodes of one test, all of them closed at its end. */
final class TestCluster {

    static final String NAMESPACE = "/";
    /** By how much the clock of a node, which goes by its monotonic one, may differ from that of a test. */
    static final long CLOCKS_DIFFER_MILLIS = 100;

    private final AdapterCompatibilityKit kit;
    private final Expect expect;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<TestNode> nodes = new CopyOnWriteArrayList<>();
    private final List<TestClient> clients = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private UnaryOperator<FaultyProvider> providers = UnaryOperator.identity();
    private @Nullable BrokerFaults broker;

    TestCluster(AdapterCompatibilityKit kit, Expect expect) {
        this.kit = kit;
        this.expect = expect;
        settings.put("roomcast.prefix", "tck-" + UUID.randomUUID().toString().substring(0, 8));
        settings.put("roomcast.heartbeat.interval", "100ms");
        // Nothing comes right by a death.
        with("roomcast.heartbeat.timeout", expect.forEver());
        // Only a rule about it may meet it: on a machine that is busy 5 s pass by themselves.
        with("roomcast.request.timeout", expect.forEver());
        settings.put("roomcast.hello.wait", "50ms");
        settings.putAll(kit.settings());
    }

    Expect expect() {
        return expect;
    }

    // Nodes

    /** A broker that is this test's own: the nodes that are opened from now on are on it. */
    BrokerFaults broker() {
        BrokerFaults faults = kit.faults()
                .orElseGet(() -> Assumptions.abort(kit.getClass().getSimpleName() + " supplies no BrokerFaults"));
        broker = faults;
        settings.putAll(faults.settings());
        return faults;
    }

    /** Sets a value for the nodes that are opened from now on. */
    TestCluster with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    TestCluster with(String key, Duration value) {
        return with(key, value.toMillis() + "ms");
    }

    /** Skips, aloud, what is about the channels of rooms, where rooms have none. */
    void requireRoomChannels() {
        Assumptions.assumeFalse(isStatic(), "roomcast.channels=static: rooms have no channels of their own");
    }

    private boolean isStatic() {
        return "static".equals(settings.get("roomcast.channels"));
    }

    /** Which losses a packet for a room may be one of. */
    Predicate<Loss> concerning(String room) {
        return isStatic()
                ? loss -> loss.scope() == Loss.Scope.NAMESPACE
                : loss -> loss.rooms().contains(room);
    }

    /** Changes the providers of the nodes that are opened from now on. */
    TestCluster withProvider(UnaryOperator<FaultyProvider> change) {
        kit.requireTransport();
        providers = change;
        return this;
    }

    /** One node that has met all that are open. */
    TestNode open() {
        return ready(begin());
    }

    /** As many nodes as there can be: three, or one if the adapter knows no cluster. They have all met. */
    List<TestNode> openAll() {
        return open(kit.features().contains(Feature.CLUSTER) ? 3 : 1);
    }

    List<TestNode> open(int howMany) {
        List<TestNode> opened = new ArrayList<>();
        for (int i = 0; i < howMany; i++) {
            opened.add(open());
        }
        TestNode[] all = opened.toArray(new TestNode[0]);
        opened.forEach(node -> node.awaitsNodes(all));
        return opened;
    }

    /** One node that cannot reach the broker, until its faults are mended. */
    TestNode openCutOff() {
        kit.requireTransport();
        return begin(FaultyProvider.cutOff(kit.provider()));
    }

    /** One node, without waiting for anything. */
    TestNode begin() {
        return begin(FaultyProvider.around(kit.provider()));
    }

    private TestNode begin(FaultyProvider faulty) {
        FaultyProvider provider = providers.apply(faulty);
        char letter = (char) ('A' + nodes.size());
        String prefix = settings.getOrDefault("roomcast.prefix", "");
        String name = settings.getOrDefault("roomcast.node.name", letter + "-" + prefix);
        AdapterConfig config = AdapterConfig.of(settings).with("roomcast.node.name", name);
        return node(new TestNode.Place(name, prefix, NAMESPACE), kit.connect(config, provider), provider);
    }

    Faults faults(FaultyProvider provider) {
        kit.requireTransport();
        return provider.faults();
    }

    TestNode sibling(TestNode of, String namespace) {
        TestNode.Place place = new TestNode.Place(of.place().name(), of.place().prefix(), namespace);
        return ready(node(place, of.backend(), of.provider()));
    }

    /** Awaits that a node has met its cluster; one that does not is to say what it waits for. */
    private TestNode ready(TestNode node) {
        Adapter adapter = node.adapter();
        expect.completes(
                node,
                "ready()",
                adapter.ready(),
                () -> "nothing; health is " + adapter.health() + ", nodes are "
                        + adapter.cluster().nodes());
        return node;
    }

    private TestNode node(TestNode.Place place, Backend backend, FaultyProvider provider) {
        Adapter adapter = kit.decorate(backend.open(place.namespace()));
        TestNode node = new TestNode(this, place, backend, provider, adapter);
        nodes.add(node);
        return node;
    }

    void close() {
        clients.forEach(TestClient::goesOn);
        List<Throwable> failures = new ArrayList<>();
        for (TestNode node : nodes) {
            try {
                node.adapter().close();
                node.backend().close();
            } catch (RuntimeException | Error e) {
                // The other nodes are closed all the same.
                failures.add(e);
            }
        }
        if (broker != null) {
            broker.close();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("closing failed: " + failures, failures.get(0));
        }
    }

    // Losses

    /** A loss which states that a node could not receive for a while. */
    static Predicate<Loss> outage(Loss.Scope scope) {
        return loss -> loss.kind() == Loss.Kind.POSSIBLE
                && loss.scope() == scope
                && loss.from().isEmpty();
    }

    Loss awaits(TestNode node, Predicate<Loss> which) {
        Supplier<List<Loss>> told = () -> node.clusterLog().losses();
        expect.eventually(
                node, "a loss to be reported", () -> told.get().stream().anyMatch(which), told);
        return told.get().stream().filter(which).findFirst().orElseThrow();
    }

    // Clients

    TestClient add(TestNode node, TestClient client) {
        return add(client, node.adapter()::add);
    }

    TestClient add(TestClient client, Function<Connection, Member> adding) {
        client.added(adding.apply(client));
        clients.add(client);
        return client;
    }

    String nextMarker() {
        return "marker-" + count.incrementAndGet();
    }

    // Broadcasts

    /**
     * Broadcasts a packet, and expects that these clients get it, and no other client of the sender's cluster.
     *
     * @return the packet's text
     */
    String reaches(TestNode sender, Target target, TestClient... recipients) {
        String text = "packet " + count.incrementAndGet();
        sender.broadcast(target, text);
        for (TestClient recipient : recipients) {
            recipient.awaits(text);
        }
        settle(sender);
        settleOtherClusters(sender);
        Set<TestClient> wanted = Set.of(recipients);
        for (TestClient client : clients) {
            boolean strays = !wanted.contains(client) && client.has(text);
            expect.that(client, "nothing of a packet to " + target, !strays, text);
        }
        return text;
    }

    /** Returns when everything that a node has broadcast so far has come, wherever it comes: a marker has overtaken nothing. */
    void settle(TestNode sender) {
        String marker = TestClient.marker(count.incrementAndGet());
        sender.broadcast(Target.everyone(), marker);
        clients.stream()
                .filter(client -> client.node().place().sharesCluster(sender.place()))
                .filter(TestClient::isListening)
                .forEach(client -> client.awaits(marker));
    }

    /** What has strayed into another cluster is there once a packet has come that another node of that one has sent after it. */
    private void settleOtherClusters(TestNode sender) {
        nodes.stream()
                .filter(node -> node.isOpen() && !node.place().sharesCluster(sender.place()))
                .forEach(this::settle);
    }

    /** Broadcasts any packet, and awaits the stage. */
    void broadcast(TestNode sender, Target target, Packet packet) {
        CompletionStage<Published> sent = sender.adapter().broadcast(target, packet);
        expect.completes(sender, "the broadcast of " + packet, sent);
    }
}
