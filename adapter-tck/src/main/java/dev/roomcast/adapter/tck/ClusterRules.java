package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Chapter 4 of {@code docs/spec.md}. */
abstract class ClusterRules extends Chapter {

    private static final String HEARTBEAT_TIMEOUT = "roomcast.heartbeat.timeout";
    private static final String REQUEST_TIMEOUT = "roomcast.request.timeout";

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.1", lookAt = "whether a hello is sent on start and answered at once")
    void startedPeerIsSeen() {
        Duration forEver = expect().forEver();
        TestNode a = cluster()
                .with("roomcast.heartbeat.interval", forEver)
                .with(HEARTBEAT_TIMEOUT, forEver.multipliedBy(2))
                .open();
        TestNode b = cluster().with("roomcast.hello.wait", expect().moment()).open();
        a.awaitsNodes(a, b);
        expect().equal(
                        b,
                        "nodes() once it is ready",
                        Set.of(a.info(), b.info()),
                        b.adapter().cluster().nodes());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.2", lookAt = "whether close() says goodbye, and what a goodbye does")
    void closedNodeIsGoneAtOnce() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().forEver());
        List<TestNode> nodes = cluster().open(3);
        nodes.get(2).close();
        nodes.get(0).awaitsNodes(nodes.get(0), nodes.get(1));
        nodes.get(1).awaitsNodes(nodes.get(0), nodes.get(1));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.2", lookAt = "whether a node that has been silent for the heartbeat timeout is taken out")
    void diedNodeIsGoneAfterTheTimeout() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(3);
        nodes.get(2).faults().cut();
        nodes.get(0).awaitsNodes(nodes.get(0), nodes.get(1));
        nodes.get(1).awaitsNodes(nodes.get(0), nodes.get(1));
    }

    @Rule(value = "4.3", lookAt = "how the answers of the nodes are put together")
    void roomsOfAllNodesAreGathered() {
        List<TestNode> nodes = cluster().openAll();
        Set<String> rooms = new HashSet<>(Set.of("shared"));
        for (TestNode node : nodes) {
            node.client("m at " + node).join("shared").join("of " + node);
            rooms.add("of " + node);
        }
        for (TestNode node : nodes) {
            Adapter adapter = node.adapter();
            expect().equal(node, "allRooms()", rooms, expect().completes(node, "allRooms()", adapter.allRooms()));
            Gathered<Set<String>> gathered = expect().completes(
                            node, "cluster().roomNames()", adapter.cluster().roomNames());
            expect().equal(node, "some()", rooms, gathered.some());
            expect().equal(node, "all()", rooms, gathered.all());
            expect().equal(node, "missing()", Set.of(), gathered.missing());
        }
    }

    @Rule(value = "4.4", lookAt = "whether the rooms that stand for users are left out")
    void roomsOfUsersShowInNoList() {
        List<TestNode> nodes = cluster().openAll();
        for (TestNode node : nodes) {
            TestClient client = node.client("m at " + node, "user-1");
            expect().equal(
                            node,
                            "rooms().names()",
                            Set.of(),
                            node.adapter().rooms().names());
            expect().equal(node, "rooms().count()", 0, node.adapter().rooms().count());
            expect().equal(
                            client,
                            "rooms().of()",
                            Set.of(),
                            node.adapter().rooms().of(client.member()));
            expect().equal(
                            node,
                            "rooms().members(user)",
                            Set.of(),
                            node.adapter().rooms().members("user-1"));
            expect().equal(
                            node,
                            "health().roomCount()",
                            0,
                            node.adapter().health().roomCount());
        }
        for (TestNode node : nodes) {
            Set<String> all =
                    expect().completes(node, "allRooms()", node.adapter().allRooms());
            expect().equal(node, "allRooms()", Set.of(), all);
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.5", lookAt = "what a question does about a node that does not answer")
    void silentNodeIsNamedMissing() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().forEver()).with(REQUEST_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(3);
        nodes.forEach(node -> node.client("m at " + node).join("of " + node));
        TestNode asking = nodes.get(0);
        TestNode silent = nodes.get(2);
        silent.faults().freeze();
        Gathered<Set<String>> gathered = expect().completes(
                        asking,
                        "cluster().roomNames()",
                        asking.adapter().cluster().roomNames());
        expect().equal(asking, "missing()", Set.of(silent.info()), gathered.missing());
        expect().equal(asking, "some()", Set.of("of " + asking, "of " + nodes.get(1)), gathered.some());
        expect().refuses(
                        asking,
                        "all()",
                        AdapterException.class,
                        gathered::all,
                        silent.place().name());
        AdapterException incomplete = expect().fails(
                        asking,
                        "allRooms()",
                        Outcome.INCOMPLETE,
                        asking.adapter().allRooms());
        expect().equal(asking, "the missing of allRooms()", Set.of(silent.info()), incomplete.missing());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.6", lookAt = "whether the death of a node ends the waits for its answer")
    void deathOfANodeEndsTheWait() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment()).with(REQUEST_TIMEOUT, expect().forEver());
        List<TestNode> nodes = cluster().open(3);
        nodes.forEach(node -> node.client("m at " + node).join("of " + node));
        nodes.get(2).faults().freeze();
        Gathered<Set<String>> gathered = expect().completes(
                        nodes.get(0),
                        "cluster().roomNames()",
                        nodes.get(0).adapter().cluster().roomNames());
        expect().equal(nodes.get(0), "some()", Set.of("of " + nodes.get(0), "of " + nodes.get(1)), gathered.some());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.6", lookAt = "whether the goodbye of a node ends the waits for its answer")
    void goodbyeOfANodeEndsTheWait() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().forEver()).with(REQUEST_TIMEOUT, expect().forEver());
        List<TestNode> nodes = cluster().open(3);
        nodes.forEach(node -> node.client("m at " + node).join("of " + node));
        nodes.get(2).faults().deafen();
        CompletionStage<Gathered<Set<String>>> asked =
                nodes.get(0).adapter().cluster().roomNames();
        nodes.get(2).close();
        Gathered<Set<String>> gathered = expect().completes(nodes.get(0), "cluster().roomNames()", asked);
        expect().equal(nodes.get(0), "some()", Set.of("of " + nodes.get(0), "of " + nodes.get(1)), gathered.some());
        expect().equal(nodes.get(0), "missing()", Set.of(), gathered.missing());
    }

    @Rule(value = "4.7", lookAt = "whether the namespace is in every channel, and in the identity of nodes")
    void namespacesNeverMix() {
        List<TestNode> nodes = cluster().openAll();
        List<TestNode> siblings = new ArrayList<>();
        for (TestNode node : nodes) {
            siblings.add(node.sibling("/admin"));
        }
        expectNoMixing(nodes, siblings);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.8", lookAt = "whether the prefix is in every channel, and set apart from what follows it")
    void prefixesNeverMix() {
        List<TestNode> nodes = cluster().open(2);
        String prefix = nodes.get(0).place().prefix();
        cluster().with("roomcast.prefix", prefix + "2");
        List<TestNode> others = cluster().open(2);
        expectNoMixing(nodes, others);
    }

    private void expectNoMixing(List<TestNode> ours, List<TestNode> theirs) {
        List<TestNode> all = new ArrayList<>(ours);
        all.addAll(theirs);
        List<TestClient> clients = all.stream()
                .map(node -> node.client("alice-" + all.indexOf(node), "ann")
                        .join(NEWS)
                        .join("of " + node))
                .toList();
        for (List<TestNode> group : List.of(ours, theirs)) {
            TestClient[] own = clients.stream()
                    .filter(client -> group.contains(client.node()))
                    .toArray(TestClient[]::new);
            Set<String> rooms = new HashSet<>(Set.of(NEWS));
            group.forEach(node -> rooms.add("of " + node));
            for (TestNode node : group) {
                cluster().reaches(node, TO_NEWS, own);
                cluster().reaches(node, Target.everyone(), own);
                Set<String> told =
                        expect().completes(node, "allRooms()", node.adapter().allRooms());
                expect().equal(node, "allRooms()", rooms, told);
                int size = node.adapter().cluster().nodes().size();
                expect().equal(node, "the number of nodes", group.size(), size);
            }
        }
        // What strayed is on its way still, perhaps: a marker in each cluster brings it to light.
        cluster().settle(ours.get(0));
        cluster().settle(theirs.get(0));
        for (TestClient client : clients) {
            int sent = 2 * (ours.contains(client.node()) ? ours : theirs).size();
            expect().equal(
                            client,
                            "the number of packets of its own cluster",
                            sent,
                            client.distinctTexts().size());
        }
    }

    @Rule(value = "4.9", lookAt = "whether a node counts itself")
    void selfIsAmongTheNodes() {
        for (TestNode node : cluster().openAll()) {
            NodeInfo self = node.info();
            Set<NodeInfo> nodes = node.adapter().cluster().nodes();
            expect().that(node, "nodes() to hold self()", nodes.contains(self), nodes);
            expect().equal(node, "the name of self()", node.place().name(), self.name());
            expect().equal(node, "the status of self()", NodeInfo.Status.ALIVE, self.status());
            boolean hexadecimal = self.incarnation().matches("[0-9a-f]{32}");
            expect().that(node, "an incarnation of 32 hexadecimal digits", hexadecimal, self.incarnation());
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "4.10",
            lookAt = "whether a node whose own link is down asks, and waits for, nodes that it cannot receive")
    void withoutLinkRoomsAnswersAtOnce() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().forEver()).with(REQUEST_TIMEOUT, expect().forEver());
        List<TestNode> nodes = cluster().open(3);
        nodes.forEach(node -> node.client("m at " + node).join("of " + node));
        TestNode cut = nodes.get(0);
        cut.faults().cut();
        cut.awaitsHealth(Health.Status.DEGRADED);
        Gathered<Set<String>> gathered = expect().completes(
                        cut, "cluster().roomNames()", cut.adapter().cluster().roomNames());
        expect().equal(cut, "some()", Set.of("of " + cut), gathered.some());
        Set<NodeInfo> others = Set.of(nodes.get(1).info(), nodes.get(2).info());
        expect().equal(cut, "missing()", others, gathered.missing());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.11", lookAt = "whether every wanted channel is asked for again on a new link")
    void deliveryResumesAfterACut() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(3);
        TestNode cut = nodes.get(0);
        List<TestClient> members = new ArrayList<>();
        nodes.forEach(node ->
                members.add(node.client("m at " + node, "ann").join(NEWS).join("other")));
        TestClient[] all = members.toArray(new TestClient[0]);
        cut.faults().cut();
        cut.awaitsHealth(Health.Status.DEGRADED);
        // The others give it up: it has to be met again.
        nodes.get(1).awaitsNodes(nodes.get(1), nodes.get(2));
        nodes.get(2).awaitsNodes(nodes.get(1), nodes.get(2));
        cut.faults().restore();
        cut.awaitsHealth(Health.Status.UP);
        TestNode[] whole = nodes.toArray(new TestNode[0]);
        nodes.forEach(node -> node.awaitsNodes(whole));
        for (TestNode sender : nodes) {
            cluster().reaches(sender, TO_NEWS, all);
            cluster().reaches(sender, Target.room("other"), all);
            cluster().reaches(sender, Target.everyone(), all);
            cluster().reaches(sender, Target.user("ann"), all);
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.12", lookAt = "whether each length and each kind in a frame is checked before it is believed")
    void junkOnAnyChannelChangesNothing() {
        List<TestNode> nodes = cluster().open(2);
        TestNode node = nodes.get(1);
        List<byte[]> junk = Collections.synchronizedList(junk());
        // The first halves of real frames look right for as long as possible.
        nodes.get(0).faults().onPublish((channel, frame) -> junk.add(Arrays.copyOf(frame, frame.length / 2)));
        TestClient alice = node.client("alice").join(NEWS);
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        long before = malformed(node);
        int had = alice.distinctTexts().size();
        for (byte[] bytes : List.copyOf(junk)) {
            for (String channel : node.faults().subscribed()) {
                expect().allows(node, "junk", () -> node.faults().inject(channel, bytes.clone()));
            }
            expect().allows(node, "junk", () -> node.faults().inject("a-foreign-channel", bytes.clone()));
        }
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        expect().equal(
                        alice,
                        "the number of packets",
                        had + 1,
                        alice.distinctTexts().size());
        expect().eventually(
                        node,
                        "counters() to count frames.malformed",
                        () -> malformed(node) > before,
                        () -> node.adapter().health().counters());
        node.awaitsNodes(nodes.get(0), node);
        node.awaitsHealth(Health.Status.UP);
        Set<String> rooms =
                expect().completes(node, "allRooms()", node.adapter().allRooms());
        expect().equal(node, "allRooms()", Set.of(NEWS), rooms);
    }

    private static long malformed(TestNode node) {
        return node.adapter().health().counters().getOrDefault("frames.malformed", 0L);
    }

    private static List<byte[]> junk() {
        List<byte[]> junk = new ArrayList<>();
        Random random = new Random(42);
        for (int size : new int[] {0, 1, 2, 3, 7, 16, 64, 1024, 70_000}) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            byte[] ones = new byte[size];
            Arrays.fill(ones, (byte) 0xff);
            junk.addAll(List.of(noise, new byte[size], ones));
        }
        junk.add("{\"type\": \"hello\", \"uid\": \"someone else's protocol\"}".getBytes(StandardCharsets.UTF_8));
        return junk;
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.13", lookAt = "what identifies nodes: the name, or the incarnation?")
    void sameNameTwiceIsHarmless() {
        List<TestNode> nodes = cluster().with("roomcast.node.name", "twin").open(2);
        TestClient[] members = {
            nodes.get(0).client("alice").join(NEWS),
            nodes.get(1).client("bob").join(NEWS).join("other")
        };
        for (TestNode sender : nodes) {
            expect().equal(
                            sender,
                            "the number of nodes",
                            2,
                            sender.adapter().cluster().nodes().size());
            cluster().reaches(sender, TO_NEWS, members);
            Set<String> rooms =
                    expect().completes(sender, "allRooms()", sender.adapter().allRooms());
            expect().equal(sender, "allRooms()", Set.of(NEWS, "other"), rooms);
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.14", lookAt = "what a refused channel does to the joins that wait for it")
    void refusedChannelUndoesTheJoin() {
        cluster().requireRoomChannels();
        List<TestNode> nodes = cluster().open(2);
        TestNode node = nodes.get(1);
        TestClient alice = node.client("alice").join(NEWS);
        node.faults().refuse(channel -> true);
        expect().fails(
                        alice,
                        "a join that the broker refuses",
                        Outcome.REFUSED,
                        node.adapter().join(alice.member(), "closed"));
        expect().eventually(
                        alice,
                        "its rooms",
                        Set.of(NEWS),
                        () -> node.adapter().rooms().of(alice.member()));
        expect().eventually(
                        node,
                        "ClusterListener.refused",
                        Set.of(Set.of("closed")),
                        () -> Set.copyOf(node.clusterLog().refusals()));
        List<String> undone = List.of("created", "joined alice", "left alice", "deleted");
        expect().eventually(
                        node, "the room's events", undone, () -> node.roomLog().of("closed"));
        expect().equal(
                        node,
                        "the events of the other room",
                        List.of("created", "joined alice"),
                        node.roomLog().of(NEWS));
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        node.faults().refuse(channel -> false);
        alice.join("closed");
        cluster().reaches(nodes.get(0), Target.room("closed"), alice);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.15", lookAt = "whether nodeChanged is called for each hello, goodbye and timeout")
    void listenersHearOfNodes() {
        TestNode a = cluster().with(HEARTBEAT_TIMEOUT, expect().forEver()).open();
        TestNode b = cluster().open();
        String name = b.place().name();
        expect().eventually(
                        a,
                        "nodeChanged",
                        List.of("ALIVE " + name),
                        () -> a.clusterLog().nodes());
        b.close();
        expect().eventually(
                        a,
                        "nodeChanged",
                        List.of("ALIVE " + name, "GONE " + name),
                        () -> a.clusterLog().nodes());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "4.16", lookAt = "who catches what a cluster listener throws, and what its registration takes away")
    void clusterListenersHarmNothing() {
        TestNode a = cluster().open();
        a.adapter().cluster().onEvent(new ClusterListener() {
            @Override
            public void nodeChanged(NodeInfo node) {
                throw new IllegalStateException("thrown by the test's listener");
            }
        });
        Map<ClusterLog, Registration> closed =
                registered(() -> new ClusterLog(expect().signal()), a.adapter().cluster()::onEvent);
        ClusterLog after = new ClusterLog(expect().signal());
        a.adapter().cluster().onEvent(after);
        closed.values().forEach(Registration::close);
        TestNode b = cluster().open();
        String name = b.place().name();
        expect().eventually(a, "the events of a later listener", List.of("ALIVE " + name), after::nodes);
        closed.keySet()
                .forEach(log -> expect().equal(a, "the events of a closed registration", List.of(), log.nodes()));
        TestClient alice = a.client("alice").join(NEWS);
        cluster().reaches(b, TO_NEWS, alice);
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "4.17",
            lookAt =
                    "whether a node's own frames come back to it, and whether Transport.reset ends the link it is given")
    void deafLinkIsReplaced() {
        cluster().requireRoomChannels();
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestNode deaf = nodes.get(1);
        TestClient alice = deaf.client("alice", "ann").join(NEWS);
        deaf.faults().deafen();
        Instant begin = Instant.now();
        sender.broadcast(TO_NEWS, "missed");
        Instant missed = Instant.now();
        Predicate<Loss> around = loss -> !loss.since().isAfter(begin.plusMillis(TestCluster.CLOCKS_DIFFER_MILLIS))
                && !loss.until().isBefore(missed);
        for (Loss.Scope scope : Loss.Scope.values()) {
            cluster().awaits(deaf, TestCluster.outage(scope).and(around));
        }
        expect().equal(alice, "the packet that was missed", false, alice.has("missed"));
        deaf.faults().thaw();
        deaf.awaitsHealth(Health.Status.UP);
        nodes.forEach(node -> node.awaitsNodes(sender, deaf));
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.user("ann"))) {
            cluster().reaches(sender, target, alice);
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "4.18",
            lookAt = "whether Link.dropped is called, and whether subscribe then sends a new request to the broker")
    void droppedChannelComesBack() {
        cluster().requireRoomChannels();
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestNode node = nodes.get(1);
        TestClient alice = node.client("alice").join(NEWS).join("other");
        Loss ofNews = dropped(node, "." + NEWS, Loss.Scope.ROOMS);
        expect().equal(node, "the rooms of the possible loss", Set.of(NEWS), ofNews.rooms());
        cluster().reaches(sender, TO_NEWS, alice);
        cluster().reaches(sender, Target.room("other"), alice);
        dropped(node, ".all", Loss.Scope.NAMESPACE);
        node.awaitsHealth(Health.Status.UP);
        nodes.forEach(each -> each.awaitsNodes(sender, node));
        cluster().reaches(sender, Target.everyone(), alice);
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "4.19",
            lookAt = "whether Transport.reset also makes anew what frames are published on, and where that leads then")
    void nodeThatOthersDoNotReceiveConnectsAfresh() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(2);
        TestNode stranded = nodes.get(0);
        TestNode other = nodes.get(1);
        TestClient alice = other.client("alice").join(NEWS);
        stranded.faults().strand();
        other.awaitsNodes(other);
        stranded.awaitsHealth(Health.Status.DEGRADED);
        stranded.awaitsHealth(Health.Status.UP);
        nodes.forEach(node -> node.awaitsNodes(stranded, other));
        cluster().reaches(stranded, TO_NEWS, alice);
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "4.20",
            lookAt = "whether a channel can be given up that brings nothing any more, and asked for again")
    void deafRoomIsAskedForAgain() {
        cluster().requireRoomChannels();
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestNode deaf = nodes.get(1);
        TestClient alice = deaf.client("alice").join(NEWS);
        deaf.faults().subscribed().stream()
                .filter(channel -> channel.endsWith("." + NEWS))
                .forEach(deaf.faults()::lose);
        Instant begin = Instant.now();
        sender.broadcast(TO_NEWS, "missed");
        Instant missed = Instant.now();
        Predicate<Loss> around = loss -> !loss.since().isAfter(begin.plusMillis(TestCluster.CLOCKS_DIFFER_MILLIS))
                && !loss.until().isBefore(missed);
        cluster()
                .awaits(
                        deaf,
                        TestCluster.outage(Loss.Scope.ROOMS)
                                .and(around)
                                .and(loss -> loss.rooms().equals(Set.of(NEWS))));
        deaf.awaitsHealth(Health.Status.UP);
        cluster().reaches(sender, TO_NEWS, alice);
    }

    /** Makes the broker drop a channel, and awaits the reported loss. */
    private Loss dropped(TestNode node, String channelsEnd, Loss.Scope scope) {
        Instant begin = Instant.now();
        node.faults().subscribed().stream()
                .filter(channel -> channel.endsWith(channelsEnd))
                .forEach(node.faults()::drop);
        Instant end = Instant.now();
        Predicate<Loss> around = loss -> !loss.since().isAfter(end.plusMillis(TestCluster.CLOCKS_DIFFER_MILLIS))
                && !loss.until().isBefore(begin);
        return cluster().awaits(node, TestCluster.outage(scope).and(around));
    }
}
