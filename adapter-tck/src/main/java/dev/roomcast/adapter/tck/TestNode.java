package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Backend;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** One node of a test, with all that it records. */
final class TestNode {

    private final TestCluster cluster;
    private final Place place;
    private final Backend backend;
    private final FaultyProvider provider;
    private final Adapter adapter;
    private final RoomLog roomLog;
    private final ClusterLog clusterLog;
    private final Expect expect;
    private volatile boolean open = true;

    /**
     * Where a node stands.
     *
     * @param name of the node
     * @param prefix and
     * @param namespace the nodes with the same prefix and namespace are its cluster
     */
    record Place(String name, String prefix, String namespace) {

        boolean sharesCluster(Place other) {
            return prefix.equals(other.prefix) && namespace.equals(other.namespace);
        }
    }

    TestNode(TestCluster cluster, Place place, Backend backend, FaultyProvider provider, Adapter adapter) {
        this.cluster = cluster;
        this.place = place;
        this.backend = backend;
        this.provider = provider;
        this.adapter = adapter;
        this.expect = cluster.expect();
        this.roomLog = new RoomLog(expect.signal());
        this.clusterLog = new ClusterLog(expect.signal());
        adapter.onRoomEvent(roomLog);
        adapter.cluster().onEvent(clusterLog);
    }

    Place place() {
        return place;
    }

    Adapter adapter() {
        return adapter;
    }

    Cluster cluster() {
        return adapter.cluster();
    }

    Backend backend() {
        return backend;
    }

    FaultyProvider provider() {
        return provider;
    }

    Faults faults() {
        return cluster.faults(provider);
    }

    RoomLog roomLog() {
        return roomLog;
    }

    ClusterLog clusterLog() {
        return clusterLog;
    }

    boolean isOpen() {
        return open;
    }

    /** Another namespace of the same backend. */
    TestNode sibling(String namespace) {
        return cluster.sibling(this, namespace);
    }

    // Clients

    TestClient client(String id) {
        return cluster.add(this, new TestClient(this, id, Optional.empty(), expect));
    }

    TestClient client(String id, String user) {
        return cluster.add(this, new TestClient(this, id, Optional.of(user), expect));
    }

    /** A client in the place of the one of its id. */
    TestClient replacing(String id, String user) {
        return cluster.add(new TestClient(this, id, Optional.of(user), expect), adapter::replace);
    }

    // Broadcasts

    /** Broadcasts, and awaits the stage. */
    void broadcast(Target target, String text) {
        expect.completes(this, "the broadcast to " + target, send(target, text));
    }

    CompletionStage<Published> send(Target target, String text) {
        return adapter.broadcast(target, Packet.text(text));
    }

    // State

    NodeInfo info() {
        return adapter.cluster().self();
    }

    Set<String> nodeNames() {
        return adapter.cluster().nodes().stream().map(NodeInfo::name).collect(Collectors.toSet());
    }

    void awaitsHealth(Health.Status status) {
        expect.eventually(this, "health", status, () -> adapter.health().status());
    }

    /** For the end of a cut: health may lag behind, and that of before the cut would be taken for that of after it. */
    void awaitsImpairedHealth() {
        expect.eventually(
                this,
                "health to report the cut",
                () -> adapter.health().status() != Health.Status.UP,
                () -> adapter.health());
    }

    void awaitsNodes(TestNode... nodes) {
        Set<NodeInfo> wanted = Set.of(nodes).stream().map(TestNode::info).collect(Collectors.toSet());
        expect.eventually(this, "nodes()", wanted, () -> adapter.cluster().nodes());
    }

    /** The events of a room so far: a marker joins and leaves it, and when its events are there, so are all before them. */
    List<String> roomEvents(String room) {
        boolean empty = adapter.rooms().members(room).isEmpty();
        TestClient marker = client(cluster.nextMarker());
        marker.join(room);
        marker.leave(room);
        marker.remove();
        String last = empty ? "deleted" : "left " + marker.id();
        expect.eventually(
                this,
                "the events of a marker in room \"" + room + "\" to end with \"" + last + "\"",
                () -> roomLog.has(room, "joined " + marker.id()) && roomLog.endsWith(room, last),
                () -> roomLog.of(room));
        roomLog.forget(room, marker.id(), empty);
        return roomLog.of(room);
    }

    /** Closes this namespace, and the backend if it is its own. */
    void close() {
        open = false;
        adapter.close();
        if (place.namespace().equals(TestCluster.NAMESPACE)) {
            backend.close();
        }
    }

    @Override
    public String toString() {
        return "node " + place.name() + (place.namespace().equals(TestCluster.NAMESPACE) ? "" : place.namespace());
    }
}
