package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;

/** Chapter 5 of {@code docs/spec.md}. */
abstract class LifecycleRules extends Chapter {

    @Rule(value = "5.1", lookAt = "which methods ask whether the adapter is closed")
    void closedAdapterRefusesAllButRemoveAndLeave() {
        TestNode node = cluster().open();
        Adapter adapter = node.adapter();
        TestClient alice = node.client("alice").join(NEWS);
        node.close();
        Connection late = Connection.of("late", packet -> {}, reason -> {});
        List<Executable> refused = List.of(
                () -> adapter.add(late),
                () -> adapter.join(alice.member(), "other"),
                () -> adapter.join(alice.member(), List.of("other")),
                () -> adapter.broadcast(TO_NEWS, Packet.text("late")),
                adapter::allRooms,
                () -> adapter.cluster().roomNames());
        for (int i = 0; i < refused.size(); i++) {
            String what = "call " + i
                    + " of add, join, join several, broadcast, allRooms, cluster().roomNames() after close()";
            expect().refuses(node, what, IllegalStateException.class, refused.get(i));
        }
        expect().allows(node, "leave() after close()", () -> adapter.leave(alice.member(), NEWS));
        expect().allows(node, "leave() after close()", () -> adapter.leave(alice.member(), List.of(NEWS)));
        expect().allows(node, "remove() after close()", () -> adapter.remove(alice.member()));
        expect().that(alice, "isPresent() to be false", !alice.member().isPresent(), true);
    }

    @Rule(value = "5.2", lookAt = "what a second close() does, also while the first is at work")
    void closeIsIdempotent() {
        TestNode node = cluster().openAll().get(0);
        node.client("alice").join(NEWS);
        List<CompletableFuture<Void>> closes = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(
                        node.adapter()::close, task -> new Thread(task, "tck-close").start()))
                .toList();
        closes.forEach(close -> expect().completes(node, "a close() among several", close));
        expect().allows(node, "another close()", node::close);
        expect().allows(node, "closing the backend twice", () -> node.backend().close());
        expect().equal(
                        node,
                        "health",
                        Health.Status.CLOSED,
                        node.adapter().health().status());
    }

    @Rule(value = "5.3", lookAt = "what close() takes off the broker, and whether it removes the members")
    void nothingIsDeliveredAfterClose() {
        List<TestNode> nodes = cluster().openAll();
        TestNode closed = nodes.get(nodes.size() - 1);
        TestClient gone = closed.client("gone").join(NEWS);
        cluster().reaches(nodes.get(0), TO_NEWS, gone);
        int had = gone.packets().size();
        closed.close();
        if (nodes.size() > 1) {
            TestClient witness = nodes.get(1).client("witness").join(NEWS);
            cluster().reaches(nodes.get(0), TO_NEWS, witness);
            cluster().reaches(nodes.get(0), Target.everyone(), witness);
        }
        expect().equal(gone, "the number of packets", had, gone.packets().size());
        expect().equal(gone, "the calls of the connection's disconnect", List.of(), gone.disconnects());
    }

    @Rule(value = "5.3", lookAt = "which executors, timers and transports close() ends")
    void noThreadRemainsAfterClose() {
        List<TestNode> nodes = cluster().openAll();
        for (TestNode node : nodes) {
            node.client("m at " + node).join(NEWS);
            node.broadcast(TO_NEWS, "hello");
        }
        for (TestNode node : nodes) {
            node.close();
            expect().eventually(
                            node,
                            "no thread that is named after it",
                            () -> threadsOf(node).isEmpty(),
                            () -> threadsOf(node));
        }
    }

    private static List<String> threadsOf(TestNode node) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.contains(node.place().name()))
                .toList();
    }

    @Rule(value = "5.4", lookAt = "what health() waits for")
    void healthAnswersAtOnceAndNamesTheAdapter() {
        TestNode node = cluster().open();
        node.client("alice").join("a").join("b");
        expectHealth(node, Health.Status.UP, 2);
        node.close();
        expectHealth(node, Health.Status.CLOSED, 0);
        expect().that(
                        node,
                        "not to be serving",
                        !node.adapter().health().status().isServing(),
                        true);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.4", lookAt = "what health() waits for while the broker is away")
    void healthAnswersAtOnceWithoutBroker() {
        TestNode node = cluster().openCutOff();
        expectHealth(node, Health.Status.STARTING, 0);
        node.faults().restore();
        expect().completes(node, "ready()", node.adapter().ready());
        expectHealth(node, Health.Status.UP, 0);
        node.faults().cut();
        node.awaitsHealth(Health.Status.DEGRADED);
        expectHealth(node, Health.Status.DEGRADED, 0);
        String reason = node.adapter().health().reason();
        expect().that(node, "a reason in one line", !reason.isBlank() && !reason.contains("\n"), reason);
    }

    private void expectHealth(TestNode node, Health.Status status, int rooms) {
        Instant before = Instant.now();
        Health health = node.adapter().health();
        Instant after = Instant.now();
        expect().equal(node, "health", status, health.status());
        String name = node.provider().name() + "adapter";
        expect().equal(node, "the adapter's name", name, health.adapter().toLowerCase(Locale.ROOT));
        if (status != Health.Status.CLOSED) {
            expect().equal(node, "roomCount()", rooms, health.roomCount());
        }
        Duration took = Duration.between(before, after);
        boolean inTime = took.compareTo(expect().patience()) < 0;
        expect().that(node, "an answer without waiting", inTime, took);
        // Snapshots may be made with another resolution than ours.
        boolean isNow = !health.timestamp().isBefore(before.minusMillis(50))
                && !health.timestamp().isAfter(after.plusMillis(50));
        expect().that(node, "a timestamp of now, " + before, isNow, health.timestamp());
        expect().refuses(
                        node,
                        "a change of counters()",
                        UnsupportedOperationException.class,
                        () -> health.counters().put("x", 1L));
        expect().refuses(
                        node,
                        "a change of gauges()",
                        UnsupportedOperationException.class,
                        () -> health.gauges().put("x", 1L));
        Set<String> both = new HashSet<>(health.counters().keySet());
        both.retainAll(health.gauges().keySet());
        expect().equal(node, "what is both a counter and a gauge", Set.of(), both);
    }

    @Rule(value = "5.5", lookAt = "what completes ready(): the whole first hello round")
    void readyMeansThatTheClusterIsMet() {
        List<TestNode> nodes = cluster().openAll();
        for (TestNode node : nodes) {
            expect().equal(
                            node,
                            "health once ready",
                            Health.Status.UP,
                            node.adapter().health().status());
        }
        TestNode last = cluster().open();
        expect().equal(
                        last,
                        "health once ready",
                        Health.Status.UP,
                        last.adapter().health().status());
        int known = last.adapter().cluster().nodes().size();
        boolean single = nodes.size() == 1;
        expect().equal(last, "the number of nodes that it knows once ready", single ? 1 : nodes.size() + 1, known);
        expect().completes(last, "a second ready()", last.adapter().ready());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.6", lookAt = "what health says of the link, and what local work waits for")
    void withoutLinkHealthIsDegradedAndLocalWorkGoesOn() {
        TestNode node = cluster().open(2).get(0);
        TestClient alice = node.client("alice").join(NEWS);
        node.faults().cut();
        node.awaitsHealth(Health.Status.DEGRADED);
        expect().that(node, "to be serving", node.adapter().health().status().isServing(), false);
        TestClient bob = node.client("bob");
        CompletionStage<Void> joined = node.adapter().join(bob.member(), NEWS);
        node.send(TO_NEWS, "local").toCompletableFuture().exceptionally(e -> null);
        alice.gets("local");
        bob.gets("local");
        alice.leave(NEWS);
        expect().equal(
                        node,
                        "rooms().members()",
                        Set.of(bob.member()),
                        node.adapter().rooms().members(NEWS));
        expect().eventually(
                        node,
                        "the room's events",
                        List.of("created", "joined alice", "joined bob", "left alice"),
                        () -> node.roomLog().of(NEWS));
        node.faults().restore();
        node.awaitsHealth(Health.Status.UP);
        expect().completes(bob, "the join that was made meanwhile", joined);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.7", lookAt = "whether close() ends what is waiting for the broker and for other nodes")
    void pendingStagesFailOnClose() {
        cluster().requireRoomChannels();
        cluster().with("roomcast.request.timeout", expect().forEver());
        TestNode node = cluster().open(2).get(0);
        TestClient alice = node.client("alice");
        node.faults().hold();
        List<CompletionStage<?>> pending = List.of(
                node.adapter().join(alice.member(), NEWS),
                node.send(Target.room(NEWS), "held"),
                node.send(Target.everyone(), "held"),
                node.adapter().allRooms(),
                node.adapter().cluster().roomNames());
        node.adapter().close();
        for (int i = 0; i < pending.size(); i++) {
            String what = "stage " + i + " of join, broadcast, broadcast to everyone, allRooms, cluster().roomNames()";
            expect().fails(node, what, Outcome.CLOSED, pending.get(i));
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.7", lookAt = "what becomes of ready() when the adapter is closed first")
    void readyFailsOnClose() {
        TestNode node = cluster().openCutOff();
        CompletionStage<Void> ready = node.adapter().ready();
        node.adapter().close();
        expect().fails(node, "ready()", Outcome.CLOSED, ready);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.8", lookAt = "what open() and connect() wait for")
    void openNeverWaitsForTheNetwork() {
        Instant before = Instant.now();
        TestNode node = cluster().openCutOff();
        Duration took = Duration.between(before, Instant.now());
        Duration patience = expect().patience();
        expect().that(node, "to be open within " + patience, took.compareTo(patience) < 0, took);
        expect().equal(
                        node,
                        "health",
                        Health.Status.STARTING,
                        node.adapter().health().status());
        TestClient alice = node.client("alice");
        CompletionStage<Void> joined = node.adapter().join(alice.member(), NEWS);
        expect().equal(alice, "its rooms", Set.of(NEWS), node.adapter().rooms().of(alice.member()));
        node.send(TO_NEWS.onThisNode(), "local");
        alice.gets("local");
        CompletionStage<Void> ready = node.adapter().ready();
        boolean early = ready.toCompletableFuture().isDone();
        expect().that(node, "ready() to wait for the network", !early, "a completed stage");
        node.faults().restore();
        expect().completes(node, "ready()", ready);
        expect().completes(alice, "the join that was made before", joined);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.9", lookAt = "whether each change of status is reported, and only changes are")
    void listenersHearOfHealth() {
        TestNode node = cluster().open();
        node.faults().cut();
        expect().eventually(
                        node,
                        "healthChanged to report DEGRADED",
                        () -> node.clusterLog().healths().contains(Health.Status.DEGRADED),
                        () -> node.clusterLog().healths());
        node.faults().restore();
        List<Health.Status> wanted = List.of(Health.Status.DEGRADED, Health.Status.UP);
        expect().eventually(
                        node,
                        "healthChanged to report " + wanted + " last",
                        () -> endsWith(node.clusterLog().healths(), wanted),
                        () -> node.clusterLog().healths());
    }

    private static boolean endsWith(List<Health.Status> all, List<Health.Status> wanted) {
        int size = all.size();
        return size >= wanted.size() && all.subList(size - wanted.size(), size).equals(wanted);
    }

    @Rule(value = "5.10", lookAt = "what one namespace's close() takes from the others")
    void namespacesAreClosedOnTheirOwn() {
        TestNode node = cluster().openAll().get(0);
        TestNode admin = node.sibling("/admin");
        expect().refuses(
                        node,
                        "opening a namespace twice",
                        IllegalStateException.class,
                        () -> node.backend().open("/admin"));
        for (String unfit : List.of("", "\uD83D", "x".repeat(256))) {
            expect().refuses(
                            node,
                            "an unfit namespace",
                            IllegalArgumentException.class,
                            () -> node.backend().open(unfit));
        }
        TestClient alice = node.client("alice").join(NEWS);
        admin.close();
        cluster().reaches(node, TO_NEWS, alice);
        expect().equal(node, "health", Health.Status.UP, node.adapter().health().status());
        TestNode again = node.sibling("/admin");
        TestClient bob = again.client("bob").join(NEWS);
        cluster().reaches(again, TO_NEWS, bob);
        node.backend().close();
        expect().equal(
                        again,
                        "health",
                        Health.Status.CLOSED,
                        again.adapter().health().status());
        expect().refuses(
                        node,
                        "opening after the backend was closed",
                        IllegalStateException.class,
                        () -> node.backend().open("/late"));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "5.11", lookAt = "how close() treats the threads that stalled sends occupy")
    void closeDoesNotWaitForASendThatBlocks() {
        List<TestNode> nodes = cluster().open(2);
        TestClient stuck = nodes.get(0).client("stuck").join("room");
        stuck.blocksFromNowOn();
        nodes.get(1).broadcast(Target.room("room"), "one");
        stuck.awaits("one");
        nodes.get(0).close();
        expect().eventually(stuck, "an interrupt", stuck::wasInterrupted, stuck::texts);
        nodes.get(1).awaitsNodes(nodes.get(1));
    }

    @Rule(
            value = "5.12",
            lookAt = "what drain() does before it disconnects members, and whether it disconnects them all")
    void drainingTakesANodeOutOfService() {
        TestNode node = cluster().open();
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(node.client("client " + i).join("room"));
        }
        TestClient first = clients.get(0);
        DisconnectReason reason = new DisconnectReason(Kind.GOING_AWAY, "the node is stopped");
        CompletionStage<Void> drained = node.adapter().drain(200, reason);
        Health health = node.adapter().health();
        expect().equal(node, "health", Health.Status.DRAINING, health.status());
        expect().that(node, "not to be serving", !health.status().isServing(), health);
        expect().refuses(
                        node,
                        "add while it drains",
                        IllegalStateException.class,
                        () -> node.client("late"),
                        "draining");
        expect().completes(node, "drain()", drained);
        expect().equal(node, "its members", Set.of(), node.adapter().rooms().members("room"));
        clients.forEach(client -> {
            expect().equal(client, "what it was disconnected for", List.of(reason), client.disconnects());
            expect().that(client, "to be no member any more", !client.member().isPresent(), client.member());
        });
        expect().that(first, "nothing but to be disconnected", first.texts().isEmpty(), first.texts());
        expect().completes(node, "a second drain()", node.adapter().drain(1, reason));
        expect().equal(
                        node,
                        "health",
                        Health.Status.DRAINING,
                        node.adapter().health().status());
    }

    @Rule(
            value = "5.13",
            lookAt = "whether toCompletableFuture() of a stage that is handed out is the adapter's own future")
    void stagesAreCompletedByTheAdapterAlone() {
        TestNode node = cluster().openAll().get(0);
        Adapter adapter = node.adapter();
        Cluster asked = adapter.cluster();
        TestClient alice = node.client("alice").answers("here");
        Map<String, CompletionStage<?>> stages = new LinkedHashMap<>();
        stages.put("join", adapter.join(alice.member(), NEWS));
        stages.put("join of several", adapter.join(alice.member(), List.of(NEWS, "other")));
        stages.put("broadcast", adapter.broadcast(TO_NEWS, Packet.text("hello")));
        stages.put("broadcast on this node", adapter.broadcast(TO_NEWS.onThisNode(), Packet.text("hello")));
        stages.put("allRooms", adapter.allRooms());
        stages.put("ready", adapter.ready());
        stages.put("cluster().roomNames", asked.roomNames());
        stages.put("cluster().members", asked.members(TO_NEWS));
        stages.put("cluster().count", asked.count(TO_NEWS));
        stages.put("cluster().users", asked.users(TO_NEWS));
        stages.put("cluster().join", asked.join(TO_NEWS, List.of("third")));
        stages.put("cluster().ask", asked.ask(TO_NEWS, Packet.text("?"), expect().patience()));
        stages.put("cluster().request", asked.request(Packet.text("?"), expect().patience()));
        stages.put("cluster().emit", asked.emit(Packet.text("!")));
        stages.put("drain", adapter.drain(1, new DisconnectReason(Kind.GOING_AWAY, "moved")));
        stages.forEach((what, stage) -> isItsOwn(node, what, stage));
    }

    private void isItsOwn(TestNode node, String what, CompletionStage<?> stage) {
        Throwable mine = new IllegalStateException("the caller completed it");
        stage.toCompletableFuture().obtrudeException(mine);
        if (stage instanceof CompletableFuture<?> future) {
            try {
                future.obtrudeException(mine);
            } catch (UnsupportedOperationException e) {
                // As it should be.
            }
        }
        Throwable came = stage.toCompletableFuture()
                .<Throwable>handle((done, failure) -> failure)
                .getNow(null);
        expect().that(
                        node,
                        "the stage of " + what + " to be the adapter's to complete",
                        came != mine,
                        "the caller's failure");
    }
}
