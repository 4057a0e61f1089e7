package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Chapter 7 of {@code docs/spec.md}. */
abstract class OperationRules extends Chapter {

    private static final String HEARTBEAT_TIMEOUT = "roomcast.heartbeat.timeout";
    private static final DisconnectReason CLOSED = new DisconnectReason(Kind.BANNED, "the room is closed");
    private static final String REQUEST_TIMEOUT = "roomcast.request.timeout";

    @Rule(value = "7.1", lookAt = "how a node selects and describes its members for another")
    void membersOfAllNodesAreDescribed() {
        List<TestNode> nodes = cluster().openAll();
        Set<String> here = new HashSet<>();
        for (TestNode node : nodes) {
            node.client("ann at " + node, "ann").join(NEWS).join("of " + node);
            node.client("bob at " + node).join(NEWS);
            node.client("eve at " + node).join("other");
            here.add("ann at " + node);
            here.add("bob at " + node);
        }
        TestNode asking = nodes.get(0);
        List<MemberInfo> members = all(asking, "members(news)", asking.cluster().members(TO_NEWS));
        expect().equal(asking, "the ids of members(news)", here, ids(members));
        for (TestNode node : nodes) {
            MemberInfo ann = find(members, "ann at " + node);
            expect().equal(node, "the node of ann", node.info(), ann.node());
            expect().equal(
                            node,
                            "the name of the node of ann",
                            node.place().name(),
                            ann.node().name());
            expect().equal(node, "the user of ann", Optional.of("ann"), ann.user());
            expect().equal(node, "the rooms of ann", Set.of(NEWS, "of " + node), ann.rooms());
            expect().equal(node, "the attributes of ann", Map.of("called", "ann at " + node), ann.attributes());
            expect().equal(
                            node,
                            "the user of bob",
                            Optional.empty(),
                            find(members, "bob at " + node).user());
        }
        List<MemberInfo> fewer = all(
                asking, "members(news except)", asking.cluster().members(TO_NEWS.exceptRooms(Set.of("of " + asking))));
        here.remove("ann at " + asking);
        expect().equal(asking, "the ids of members(news except a room)", here, ids(fewer));
    }

    @Rule(value = "7.2", lookAt = "how the counts and the users of the nodes are put together")
    void membersAndTheirUsersAreCounted() {
        List<TestNode> nodes = cluster().openAll();
        for (TestNode node : nodes) {
            node.client("ann at " + node, "ann").join(NEWS);
            node.client("bob at " + node, "bob").join(NEWS);
            node.client("no one at " + node).join(NEWS);
            node.client("eve at " + node, "eve");
        }
        TestNode asking = nodes.get(0);
        long count = all(asking, "count(news)", asking.cluster().count(TO_NEWS));
        expect().equal(asking, "count(news)", 3L * nodes.size(), count);
        Target less = TO_NEWS.exceptMembers(Set.of("ann at " + asking));
        expect().equal(
                        asking,
                        "count(news, one excepted)",
                        3L * nodes.size() - 1,
                        all(
                                asking,
                                "count(news, one excepted)",
                                asking.cluster().count(less)));
        Set<String> users = all(asking, "users(news)", asking.cluster().users(TO_NEWS));
        expect().equal(asking, "users(news)", Set.of("ann", "bob"), users);
    }

    @Rule(value = "7.3", lookAt = "whether a join of others is answered once the broker has confirmed its channels")
    void membersOfAllNodesJoinAndLeave() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> clients = new ArrayList<>();
        for (TestNode node : nodes) {
            clients.add(node.client("m at " + node).join("here"));
            node.client("not meant at " + node);
        }
        TestClient[] all = clients.toArray(new TestClient[0]);
        TestNode telling = nodes.get(0);
        expect().completes(telling, "join", telling.cluster().join(Target.room("here"), List.of(NEWS, "more")));
        cluster().reaches(nodes.get(nodes.size() - 1), TO_NEWS, all);
        cluster().reaches(telling, Target.room("more"), all);
        expect().completes(telling, "leave", telling.cluster().leave(Target.room("here"), List.of(NEWS)));
        for (TestClient client : all) {
            Set<String> rooms = client.node().adapter().rooms().of(client.member());
            expect().equal(client, "its rooms", Set.of("here", "more"), rooms);
        }
        expect().completes(telling, "join of nobody", telling.cluster().join(Target.room("empty"), List.of(NEWS)));
    }

    @Requires({Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS})
    @Rule(value = "7.4", lookAt = "whether commands take their place among the packets of their node")
    void commandsKeepTheirPlaceAmongPackets() {
        List<TestNode> nodes = cluster().open(2);
        TestNode telling = nodes.get(0);
        TestClient client = nodes.get(1).client("m").join(NEWS);
        Cluster cluster = telling.cluster();
        for (int i = 0; i < 20; i++) {
            telling.send(TO_NEWS, "before " + i);
            CompletionStage<Void> left = cluster.leave(Target.member("m"), List.of(NEWS));
            telling.send(TO_NEWS, "between " + i);
            CompletionStage<Void> joined = cluster.join(Target.member("m"), List.of(NEWS));
            expect().completes(telling, "leave", left);
            expect().completes(telling, "join", joined);
        }
        telling.send(TO_NEWS, "last words");
        CompletionStage<Void> gone = cluster.disconnect(Target.member("m"), CLOSED);
        telling.send(Target.everyone(), "too late");
        expect().completes(telling, "disconnect", gone);
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            wanted.add("before " + i);
        }
        wanted.add("last words");
        client.gets(wanted.toArray(new String[0]));
    }

    @Rule(value = "7.5", lookAt = "what a disconnect of others does to their members, and to their connections")
    void connectionsOfAllNodesAreDisconnected() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> clients = new ArrayList<>();
        for (TestNode node : nodes) {
            clients.add(node.client("m at " + node).join(NEWS));
            node.client("not meant at " + node).join("other");
        }
        TestNode telling = nodes.get(0);
        expect().completes(telling, "disconnect", telling.cluster().disconnect(TO_NEWS, CLOSED));
        for (TestClient client : clients) {
            expect().equal(client, "its disconnects", List.of(CLOSED), client.disconnects());
            expect().that(client, "the member to be removed", !client.member().isPresent(), "a present member");
            expect().equal(
                            client.node(),
                            "rooms",
                            Set.of("other"),
                            client.node().adapter().rooms().names());
        }
        long left = all(telling, "count", telling.cluster().count(Target.everyone()));
        expect().equal(telling, "the members that are left", (long) nodes.size(), left);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "7.6", lookAt = "what questions and commands do about a node that does not answer")
    void silentNodeIsMissingAndTheRestIsDone() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().forEver()).with(REQUEST_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(3);
        List<TestClient> clients = new ArrayList<>();
        nodes.forEach(node -> clients.add(node.client("m at " + node).join("here")));
        TestNode asking = nodes.get(0);
        TestNode silent = nodes.get(2);
        silent.faults().freeze();
        CompletionStage<Gathered<Long>> counting = asking.cluster().count(Target.everyone());
        CompletionStage<Void> joining = asking.cluster().join(Target.everyone(), List.of(NEWS));
        Gathered<Long> count = expect().completes(asking, "count", counting);
        expect().equal(asking, "some()", 2L, count.some());
        expect().equal(asking, "missing()", Set.of(silent.info()), count.missing());
        expect().refuses(
                        asking,
                        "all()",
                        AdapterException.class,
                        count::all,
                        silent.place().name());
        AdapterException failure = expect().fails(asking, "the join", Outcome.INCOMPLETE, joining);
        expect().equal(asking, "the missing of the join", Set.of(silent.info()), failure.missing());
        for (TestClient client : clients.subList(0, 2)) {
            Set<String> rooms = client.node().adapter().rooms().of(client.member());
            expect().equal(client, "its rooms", Set.of("here", NEWS), rooms);
        }
    }

    @Rule(value = "7.7", lookAt = "how the answers of the servers' handlers come back")
    void serversOfAllNodesAnswerRequests() {
        List<TestNode> nodes = cluster().openAll();
        Map<NodeInfo, Packet> wanted = new HashMap<>();
        for (TestNode node : nodes) {
            node.cluster()
                    .onRequest((from, packet) -> CompletableFuture.completedStage(
                            Packet.text(from.name() + " asks " + node.place().name() + " " + packet.text())));
            wanted.put(
                    node.info(),
                    Packet.text(nodes.get(0).place().name() + " asks "
                            + node.place().name() + " hello"));
        }
        TestNode asking = nodes.get(0);
        Map<NodeInfo, Packet> answers =
                all(asking, "request", asking.cluster().request(Packet.text("hello"), expect().forEver()));
        expect().equal(asking, "the answers", wanted, answers);
        NodeInfo last = nodes.get(nodes.size() - 1).info();
        Map<NodeInfo, Packet> one = all(
                asking, "request", asking.cluster().request(Set.of(last), Packet.text("hello"), expect().forEver()));
        expect().equal(asking, "the answer of the one that was asked", Map.of(last, wanted.get(last)), one);
    }

    @Rule(value = "7.7", lookAt = "what becomes of a request where no handler is, or where it fails")
    void serversThatCannotAnswerAreMissingAtOnce() {
        List<TestNode> nodes = cluster().openAll();
        TestNode last = nodes.get(nodes.size() - 1);
        if (nodes.size() > 1) {
            last.cluster().onRequest((from, packet) -> {
                throw new IllegalStateException("handler out of order");
            });
        }
        TestNode asking = nodes.get(0);
        Gathered<Map<NodeInfo, Packet>> answers = expect().completes(
                        asking, "request", asking.cluster().request(Packet.text("hello"), expect().forEver()));
        Set<NodeInfo> all = nodes.stream().map(TestNode::info).collect(Collectors.toSet());
        expect().equal(asking, "missing()", all, answers.missing());
        String why = nodes.size() > 1 ? "handler out of order" : "no handler";
        expect().refuses(asking, "all()", AdapterException.class, answers::all, why);
    }

    @Rule(value = "7.16", lookAt = "whether what is emitted is handed to all listeners of each node, in order")
    void whatIsEmittedIsHeardByAllServersInOrder() {
        List<TestNode> nodes = cluster().openAll();
        List<List<String>> heard = new ArrayList<>();
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        for (TestNode node : nodes) {
            // Two listeners, and a request handler on the first node alone, which is asked nothing.
            heard.add(receives(node));
            heard.add(receives(node));
        }
        nodes.get(0).cluster().onRequest((from, packet) -> {
            asked.add(packet.text());
            return CompletableFuture.completedStage(packet);
        });
        List<String> wanted = new ArrayList<>();
        TestNode emitting = nodes.get(0);
        for (int i = 0; i < 50; i++) {
            wanted.add(emitting.place().name() + " " + i);
            emitting.cluster().emit(Packet.text("" + i));
        }
        for (int i = 0; i < heard.size(); i++) {
            List<String> here = heard.get(i);
            expect().eventually(nodes.get(i / 2), "what it received", wanted, () -> List.copyOf(here));
        }
        expect().equal(emitting, "what the request handler was asked", List.of(), List.copyOf(asked));
    }

    @Rule(value = "7.16", lookAt = "what a listener that throws, blocks or is closed does to others and to requests")
    void emitListenersHarmNobody() {
        TestNode node = cluster().open();
        CountDownLatch gate = new CountDownLatch(1);
        node.cluster().onEmit((from, packet) -> {
            throw new IllegalStateException("listener out of order");
        });
        node.cluster().onEmit((from, packet) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        List<String> closed = Collections.synchronizedList(new ArrayList<>());
        Registration registration = node.cluster().onEmit((from, packet) -> closed.add(packet.text()));
        registration.close();
        registration.close();
        List<String> heard = receives(node);
        node.cluster().onRequest((from, packet) -> CompletableFuture.completedStage(packet));
        try {
            node.cluster().emit(Packet.text("news"));
            List<String> wanted = List.of(node.place().name() + " news");
            expect().eventually(node, "what it received", wanted, () -> List.copyOf(heard));
            all(node, "request", node.cluster().request(Packet.text("?"), expect().forEver()));
        } finally {
            gate.countDown();
        }
        expect().equal(node, "what a closed listener received", List.of(), List.copyOf(closed));
    }

    /** What a node receives from now on. */
    private List<String> receives(TestNode node) {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        node.cluster().onEmit((from, packet) -> {
            heard.add(from.name() + " " + packet.text());
            expect().signal().changed();
        });
        return heard;
    }

    @Rule(value = "7.9", lookAt = "where a handler is registered")
    void thereIsOneHandler() {
        TestNode node = cluster().open();
        Registration first = node.cluster().onRequest((from, packet) -> CompletableFuture.completedStage(packet));
        expect().refuses(
                        node,
                        "a second handler",
                        IllegalStateException.class,
                        () -> node.cluster().onRequest((from, packet) -> CompletableFuture.completedStage(packet)),
                        "close");
        first.close();
        expect().allows(
                        node,
                        "a handler in the place of one that was closed",
                        () -> node.cluster()
                                .onRequest((from, packet) -> CompletableFuture.completedStage(Packet.text("second"))));
        Map<NodeInfo, Packet> answers =
                all(node, "request", node.cluster().request(Packet.text("?"), expect().forEver()));
        expect().equal(node, "the answer", Map.of(node.info(), Packet.text("second")), answers);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "7.10", lookAt = "whether the goodbye of a node ends the waits for its commands")
    void nodeThatLeavesEndsTheWait() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().forEver()).with(REQUEST_TIMEOUT, expect().forEver());
        List<TestNode> nodes = cluster().open(3);
        TestNode asking = nodes.get(0);
        nodes.forEach(node -> node.client("m at " + node));
        Target everyone = Target.everyone();
        expect().equal(
                        asking,
                        "the number of members",
                        3,
                        all(asking, "members", asking.cluster().members(everyone))
                                .size());
        nodes.get(2).faults().deafen();
        CompletionStage<Void> joining = asking.cluster().join(Target.everyone(), List.of(NEWS));
        CompletionStage<Gathered<Long>> counting = asking.cluster().count(Target.everyone());
        nodes.get(2).close();
        expect().completes(asking, "join", joining);
        expect().equal(asking, "count", 2L, all(asking, "count", counting));
        expect().equal(
                        asking,
                        "the ids",
                        Set.of("m at " + asking, "m at " + nodes.get(1)),
                        ids(all(asking, "members", asking.cluster().members(everyone))));
    }

    @Rule(value = "7.11", lookAt = "whether a target on this node asks nobody else")
    void targetsOnThisNodeStayThere() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> clients = new ArrayList<>();
        nodes.forEach(node -> clients.add(node.client("m at " + node)));
        TestNode asking = nodes.get(0);
        Target here = Target.everyone().onThisNode();
        List<MemberInfo> members = all(asking, "members", asking.cluster().members(here));
        expect().equal(asking, "the ids", Set.of("m at " + asking), ids(members));
        expect().completes(asking, "join", asking.cluster().join(here, List.of(NEWS)));
        cluster().reaches(nodes.get(nodes.size() - 1), TO_NEWS, clients.get(0));
    }

    @Rule(value = "7.12", lookAt = "how an answer that does not fit into a frame is cut into several")
    void largeAnswersComeWhole() {
        List<TestNode> nodes = cluster().openAll();
        TestNode last = nodes.get(nodes.size() - 1);
        Set<String> wanted = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String id = "a member whose id is not of the shortest, " + "x".repeat(150) + i;
            wanted.add(id);
            last.client(id);
        }
        TestNode asking = nodes.get(0);
        List<MemberInfo> members = all(asking, "members", asking.cluster().members(Target.everyone()));
        expect().equal(asking, "the number of members", wanted.size(), members.size());
        expect().that(asking, "all members by their ids", wanted.equals(ids(members)), "others");
    }

    @Rule(value = "7.13", lookAt = "where questions and commands are checked")
    void unfitNamesAndTimesAreRefused() {
        TestNode node = cluster().open();
        TestClient client = node.client("m");
        Cluster cluster = node.cluster();
        Class<IllegalArgumentException> refusal = IllegalArgumentException.class;
        expect().refuses(node, "an empty room", refusal, () -> cluster.count(Target.room("")));
        expect().refuses(node, "an empty room", refusal, () -> cluster.join(Target.everyone(), List.of("")));
        expect().refuses(node, "an empty room", refusal, () -> cluster.leave(Target.everyone(), List.of("")));
        expect().refuses(node, "no time", refusal, () -> cluster.request(Packet.text(""), Duration.ZERO));
        expect().refuses(node, "a watch of no name", refusal, () -> cluster.watchOccupancy("", new NoOne()));
        Packet large = Packet.bytes(new byte[2 << 20]);
        expect().refuses(node, "a large packet", refusal, () -> cluster.emit(large), "roomcast.limit.packet-bytes");
        expect().equal(client, "its rooms", Set.of(), node.adapter().rooms().of(client.member()));
        node.close();
        expect().refuses(node, "count after close", IllegalStateException.class, () -> cluster.count(TO_NEWS));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "7.14", lookAt = "what questions and commands do while the own link is down")
    void whileTheLinkIsDownThisNodeAnswersAlone() {
        cluster().with(REQUEST_TIMEOUT, expect().forEver()).with(HEARTBEAT_TIMEOUT, expect().forEver());
        List<TestNode> nodes = cluster().open(2);
        TestNode cutOff = nodes.get(0);
        TestClient client = cutOff.client("m");
        nodes.get(1).client("n");
        cutOff.faults().cut();
        cutOff.awaitsHealth(Status.DEGRADED);
        Gathered<Long> count =
                expect().completes(cutOff, "count", cutOff.cluster().count(Target.everyone()));
        expect().equal(cutOff, "some()", 1L, count.some());
        expect().equal(cutOff, "missing()", Set.of(nodes.get(1).info()), count.missing());
        expect().fails(cutOff, "leave", Outcome.INCOMPLETE, cutOff.cluster().disconnect(Target.everyone(), CLOSED));
        expect().equal(client, "its disconnects", List.of(CLOSED), client.disconnects());
    }

    @Rule(value = "7.15", lookAt = "on which threads connections are disconnected, and whether one waits for another")
    void disconnectThatBlocksHoldsUpNoOther() {
        cluster().with(REQUEST_TIMEOUT, expect().forEver());
        TestNode node = cluster().open(1).get(0);
        List<TestClient> stuck = new ArrayList<>();
        List<TestClient> well = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            stuck.add(node.client("stuck " + i).join(NEWS));
            well.add(node.client("well " + i).join(NEWS));
        }
        TestClient later = node.client("later");
        stuck.forEach(TestClient::blocksWhenItIsDisconnected);
        CompletionStage<Void> told = node.cluster().disconnect(TO_NEWS, CLOSED);
        for (TestClient client : well) {
            expect().eventually(client, "its disconnects", List.of(CLOSED), client::disconnects);
        }
        TestClient hearer = node.client("hearer").join(NEWS);
        node.send(TO_NEWS, "goes on");
        hearer.gets("goes on");
        expect().completes(node, "disconnect", node.cluster().disconnect(Target.member("later"), CLOSED));
        expect().equal(later, "its disconnects", List.of(CLOSED), later.disconnects());
        stuck.forEach(TestClient::goesOn);
        expect().completes(node, "disconnect of those that blocked", told);
    }

    private static final class NoOne implements OccupancyListener {
        @Override
        public void occupied() {}

        @Override
        public void vacated() {}
    }

    private <T> T all(TestNode node, String what, CompletionStage<Gathered<T>> stage) {
        Gathered<T> gathered = expect().completes(node, what, stage);
        expect().equal(node, "missing() of " + what, Set.of(), gathered.missing());
        return gathered.all();
    }

    private static Set<String> ids(List<MemberInfo> members) {
        return members.stream().map(MemberInfo::id).collect(Collectors.toSet());
    }

    private static MemberInfo find(List<MemberInfo> members, String id) {
        return members.stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
