package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Chapter 9 of {@code docs/spec.md}. */
abstract class PresenceRules extends Chapter {

    private static final String HEARTBEAT_TIMEOUT = "roomcast.heartbeat.timeout";
    private static final String REQUEST_TIMEOUT = "roomcast.request.timeout";

    @Rule(value = "9.1", lookAt = "whether the beginning waits for the reports of all nodes")
    void aWatchBeginsWithAllWhoAreThere() {
        List<TestNode> nodes = patientCluster().openAll();
        Set<String> there = new TreeSet<>();
        for (TestNode node : nodes) {
            node.client("m at " + node).join(NEWS);
            node.client("elsewhere at " + node).join("other");
            there.add("m at " + node);
        }
        for (TestNode node : nodes) {
            awaits(node, watch(node), "began " + there);
        }
        awaits(nodes.get(0), watch(nodes.get(0)), "began " + there);
    }

    @Rule(value = "9.2", lookAt = "whether each node reports its changes to the watching nodes, once and in order")
    void eachChangeOnEachNodeIsTold() {
        List<TestNode> nodes = patientCluster().openAll();
        TestNode watching = nodes.get(0);
        PresenceLog log = watch(watching);
        awaits(watching, log, "began []");
        List<String> wanted = new ArrayList<>(List.of("began []"));
        for (TestNode node : nodes) {
            TestClient client = node.client("m at " + node).join(NEWS).join("other");
            client.leave("other");
            client.leave(NEWS);
            client.join(NEWS);
            client.remove();
            wanted.addAll(List.of("joined " + client.id(), "left " + client.id()));
            wanted.addAll(List.of("joined " + client.id(), "left " + client.id()));
            awaits(watching, log, wanted.toArray(new String[0]));
        }
        for (MemberInfo member : log.joined()) {
            expect().equal(watching, "the attributes", Map.of("called", member.id()), member.attributes());
            expect().equal(watching, "the rooms", Set.of(NEWS), member.rooms());
            expect().equal(watching, "the node", "m at node " + member.node().name(), member.id());
        }
    }

    @Rule(value = "9.3", lookAt = "whether the connections of a user are counted over all nodes")
    void aUserIsOneHoweverManyConnections() {
        List<TestNode> nodes = patientCluster().openAll();
        TestNode watching = nodes.get(0);
        TestNode last = nodes.get(nodes.size() - 1);
        PresenceLog log = watch(watching);
        awaits(watching, log, "began []");
        TestClient here = watching.client("1", "ann").join(NEWS);
        awaits(watching, log, "began []", "joined 1", "arrived ann");
        TestClient there = last.client("2", "ann").join(NEWS);
        awaits(watching, log, "began []", "joined 1", "arrived ann", "joined 2");
        expect().equal(
                        watching,
                        "the user",
                        Optional.of("ann"),
                        log.joined().get(1).user());
        here.leave(NEWS);
        awaits(watching, log, "began []", "joined 1", "arrived ann", "joined 2", "left 1");
        there.leave(NEWS);
        awaits(watching, log, "began []", "joined 1", "arrived ann", "joined 2", "left 1", "left 2", "departed ann");
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "9.4", lookAt = "whether the whole is asked for again after an outage, and compared")
    void aPictureIsPutRightAfterAnOutage() {
        List<TestNode> nodes = patientCluster().open(2);
        TestNode watching = nodes.get(0);
        TestClient stays = nodes.get(1).client("stays").join(NEWS);
        TestClient goes = nodes.get(1).client("goes").join(NEWS);
        PresenceLog log = watch(watching);
        awaits(watching, log, "began [goes, stays]");
        watching.faults().cut();
        watching.awaitsHealth(Status.DEGRADED);
        goes.leave(NEWS);
        nodes.get(1).client("comes").join(NEWS);
        watching.faults().restore();
        expect().eventually(
                        watching,
                        "the reported events",
                        List.of("began [goes, stays]", "joined comes", "left goes"),
                        log::sorted);
        stays.leave(NEWS);
        expect().eventually(
                        watching,
                        "the reported events",
                        List.of("began [goes, stays]", "joined comes", "left goes", "left stays"),
                        log::sorted);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "9.5", lookAt = "what becomes of the members of a node that is gone")
    void membersOfNodesThatAreGoneHaveLeft() {
        List<TestNode> nodes =
                patientCluster().with(HEARTBEAT_TIMEOUT, expect().moment()).open(3);
        nodes.forEach(node -> node.client("m at " + node, "ann").join(NEWS));
        TestNode watching = nodes.get(0);
        PresenceLog log = watch(watching);
        Set<String> there = new TreeSet<>();
        nodes.forEach(node -> there.add("m at " + node));
        awaits(watching, log, "began " + there);
        nodes.get(1).close();
        awaits(watching, log, "began " + there, "left m at " + nodes.get(1));
        nodes.get(2).faults().cut();
        awaits(watching, log, "began " + there, "left m at " + nodes.get(1), "left m at " + nodes.get(2));
    }

    @Rule(value = "9.6", lookAt = "whether the nodes' rooms are put together to one that somebody or nobody is in")
    void occupancyIsThatOfAllNodes() {
        List<TestNode> nodes = patientCluster().openAll();
        TestNode watching = nodes.get(0);
        PresenceLog log = new PresenceLog(expect().signal());
        watching.cluster().watchOccupancy(NEWS, log);
        awaits(watching, log, "vacated");
        List<TestClient> clients = new ArrayList<>();
        nodes.forEach(node -> clients.add(node.client("m at " + node).join(NEWS)));
        awaits(watching, log, "vacated", "occupied");
        PresenceLog later = new PresenceLog(expect().signal());
        watching.cluster().watchOccupancy(NEWS, later);
        awaits(watching, later, "occupied");
        // Each node answers on the channel on which it has told before that somebody is there.
        expect().completes(watching, "allRooms()", watching.adapter().allRooms());
        clients.forEach(client -> client.leave(NEWS));
        awaits(watching, log, "vacated", "occupied", "vacated");
        awaits(watching, later, "occupied", "vacated");
    }

    @Rule(value = "9.7", lookAt = "how presence listeners are called, and taken away")
    void listenersThatThrowOrAreClosedHarmNobody() {
        List<TestNode> nodes = patientCluster().openAll();
        TestNode watching = nodes.get(0);
        watching.cluster().watch(NEWS, new PresenceListener() {
            @Override
            public void began(List<MemberInfo> members) {
                throw new IllegalStateException("out of order");
            }

            @Override
            public void joined(MemberInfo member) {
                throw new IllegalStateException("out of order");
            }
        });
        Map<PresenceLog, Registration> closed = registered(
                () -> new PresenceLog(expect().signal()),
                ended -> watching.cluster().watch(NEWS, ended));
        PresenceLog log = watch(watching);
        closed.forEach((ended, registration) -> {
            awaits(watching, ended, "began []");
            registration.close();
            registration.close();
        });
        TestClient client = nodes.get(nodes.size() - 1).client("m").join(NEWS);
        awaits(watching, log, "began []", "joined m");
        client.leave(NEWS);
        awaits(watching, log, "began []", "joined m", "left m");
        closed.keySet()
                .forEach(ended -> expect().equal(watching, "the reported events", List.of("began []"), ended.events()));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "9.8", lookAt = "whether a node that starts later learns which rooms are watched")
    void nodesThatComeLaterTellToo() {
        TestNode watching = patientCluster().open();
        PresenceLog log = watch(watching);
        awaits(watching, log, "began []");
        TestNode late = patientCluster().open();
        TestClient client = late.client("m").join(NEWS);
        awaits(watching, log, "began []", "joined m");
        client.remove();
        awaits(watching, log, "began []", "joined m", "left m");
    }

    /** Its watches begin with the reports of all nodes, however late these arrive on a slow machine. */
    private TestCluster patientCluster() {
        return cluster().with(REQUEST_TIMEOUT, expect().forEver());
    }

    private PresenceLog watch(TestNode node) {
        PresenceLog log = new PresenceLog(expect().signal());
        node.cluster().watch(NEWS, log);
        return log;
    }

    private void awaits(TestNode node, PresenceLog log, String... events) {
        expect().eventually(node, "the reported events", List.of(events), log::events);
    }

    @Rule(value = "9.9", lookAt = "how a change of a member's user or attributes is reported to watchers")
    void changesOfMembersAreTold() {
        List<TestNode> nodes = patientCluster().openAll();
        TestNode watching = nodes.get(0);
        TestNode last = nodes.get(nodes.size() - 1);
        PresenceLog log = watch(watching);
        awaits(watching, log, "began []");
        TestClient client = last.client("m", "ann").join(NEWS);
        client.member().attributes(Map.of("role", "writer"));
        expect().completes(client, "becoming bob", client.member().user("bob"));
        expect().completes(client, "becoming nobody", client.member().user(null));
        client.leave(NEWS);
        awaits(
                watching,
                log,
                "began []",
                "joined m",
                "arrived ann",
                "changed m from ann {called=m} to ann {role=writer}",
                "changed m from ann {role=writer} to bob {role=writer}",
                "arrived bob",
                "departed ann",
                "changed m from bob {role=writer} to nobody {role=writer}",
                "departed bob",
                "left m");
    }
}
