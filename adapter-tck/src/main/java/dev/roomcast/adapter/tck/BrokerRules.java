package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Chapter B of {@code docs/spec.md}: faults of a real broker. */
@Requires(Feature.CLUSTER)
abstract class BrokerRules extends Chapter {

    private static final int SOME = 20;
    private static final String LARGE = "large".repeat(40_000);

    @Rule(
            value = "B.1",
            lookAt = "whether a lost connection is reported as Link.down, and how frames in flight are answered")
    void aCutIsOverByItselfAndNothingIsLostSilently() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        Traffic traffic = traffic(nodes);
        for (int i = 0; i < 3; i++) {
            traffic.send(SOME);
            broker.cut();
            traffic.expectNothingLostSilently();
        }
        awaitUp(nodes);
    }

    @Rule(
            value = "B.2",
            lookAt =
                    "whether the transport connects again by itself, and whether anything is sent again that was in flight")
    void aRestartIsOverByItselfAndNothingIsLostSilently() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        TestClient here = nodes.get(0).client("here").join(NEWS);
        Traffic traffic = traffic(nodes).send(SOME);
        broker.stop();
        for (TestNode node : nodes) {
            goOnUntil(traffic, node, Health.Status.DEGRADED);
        }
        nodes.get(0).send(TO_NEWS, "meanwhile").exceptionally(e -> null);
        expect().that(here, "packets of its own node while the broker is away", here.has("meanwhile"), "nothing");
        broker.start();
        for (TestNode node : nodes) {
            goOnUntil(traffic, node, Health.Status.UP);
        }
        traffic.expectNothingLostSilently();
        long copies = here.texts().size();
        expect().equal(
                        here,
                        "the number of packets, each once",
                        (long) Set.copyOf(here.texts()).size(),
                        copies);
    }

    @Rule(value = "B.3", lookAt = "what finds a connection on which nothing is answered, and how soon")
    void aFrozenBrokerIsFoundAndItsThawToo() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        Traffic traffic = traffic(nodes).send(SOME);
        broker.freeze();
        for (TestNode node : nodes) {
            goOnUntil(traffic, node, Health.Status.DEGRADED);
        }
        broker.thaw();
        for (TestNode node : nodes) {
            goOnUntil(traffic, node, Health.Status.UP);
        }
        traffic.expectNothingLostSilently();
    }

    @Rule(value = "B.4", lookAt = "which life of a connection a confirmation belongs to")
    void aJoinThatIsCompleteHearsAlsoAmongFaults() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        TestClient alice = nodes.get(1).client("alice");
        List<Traffic> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String room = "room" + i;
            CompletionStage<Void> joined = nodes.get(1).adapter().join(alice.member(), room);
            broker.cut();
            expect().completes(alice, "joining " + room, joined);
            all.add(traffic(nodes, alice, room).send(2));
        }
        all.forEach(Traffic::expectNothingLostSilently);
    }

    @Rule(value = "B.5", lookAt = "what a frame can do that no node has sent")
    void junkOfAStrangerIsHarmless() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        TestNode node = nodes.get(1);
        TestClient alice = node.client("alice", "ann").join(NEWS);
        Set<NodeInfo> known = node.adapter().cluster().nodes();
        for (String channel : node.faults().subscribed()) {
            for (byte[] junk : List.of(new byte[] {}, new byte[] {0}, new byte[] {'R', 'C'}, new byte[100_000])) {
                broker.publish(channel, junk);
            }
        }
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.user("ann"))) {
            cluster().reaches(nodes.get(0), target, alice);
        }
        expect().equal(node, "nodes()", known, node.adapter().cluster().nodes());
        expect().equal(node, "health", Health.Status.UP, node.adapter().health().status());
        expect().equal(
                        alice,
                        "the reported losses",
                        List.of(),
                        node.clusterLog().losses());
    }

    @Rule(
            value = "B.6",
            lookAt = "what takes a broker that is slow for one that is gone, and what overtakes what while it waits")
    void aSlowBrokerLosesNothing() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        broker.delay(Duration.ofMillis(100));
        TestClient alice = nodes.get(1).client("alice").join(NEWS);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add("packet " + i);
            nodes.get(0).send(TO_NEWS, sent.get(i));
        }
        alice.gets(sent.toArray(new String[0]));
        broker.delay(Duration.ZERO);
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        expect().equal(
                        alice,
                        "the reported losses",
                        List.of(),
                        nodes.get(1).clusterLog().losses());
    }

    @Rule(value = "B.7", lookAt = "what open() does where nobody listens, and whether attempts go on")
    void aNodeBeginsWithoutItsBroker() {
        BrokerFaults broker = cluster().broker();
        TestNode first = cluster().open();
        broker.stop();
        TestNode late = cluster().begin();
        TestClient alice = late.client("alice");
        CompletionStage<Void> joined = late.adapter().join(alice.member(), NEWS);
        late.send(TO_NEWS.onThisNode(), "local");
        alice.gets("local");
        broker.start();
        expect().completes(late, "ready()", late.adapter().ready());
        joined.exceptionally(notYet -> null);
        late.awaitsNodes(first, late);
        first.awaitsHealth(Health.Status.UP);
        cluster().reaches(first, TO_NEWS, alice);
    }

    @Rule(value = "B.8", lookAt = "what counts as a sign of life while one frame arrives, and what waits behind it")
    void aSlowLineLosesNothing() {
        BrokerFaults broker = cluster().broker();
        List<TestNode> nodes = cluster().open(2);
        TestClient alice = nodes.get(1).client("alice").join(NEWS);
        broker.slowDown(LARGE.length() / 3);
        nodes.get(0).send(TO_NEWS, LARGE);
        alice.gets(LARGE);
        broker.slowDown(Long.MAX_VALUE);
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        expect().equal(
                        alice,
                        "what was reported as lost",
                        List.of(),
                        nodes.get(1).clusterLog().losses());
    }

    private Traffic traffic(List<TestNode> nodes) {
        TestClient receiver = nodes.get(1).client("receiver").join(NEWS);
        return traffic(nodes, receiver, NEWS);
    }

    private Traffic traffic(List<TestNode> nodes, TestClient receiver, String room) {
        return new Traffic(expect(), nodes.get(0), receiver, room, cluster().concerning(room));
    }

    private static void goOnUntil(Traffic traffic, TestNode node, Health.Status status) {
        traffic.goOnUntil(
                node,
                "health to become " + status,
                () -> node.adapter().health().status() == status,
                () -> node.adapter().health());
    }

    private static void awaitUp(List<TestNode> nodes) {
        nodes.forEach(node -> node.awaitsHealth(Health.Status.UP));
    }
}
