package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** Chapter 2 of {@code docs/spec.md}. */
abstract class BroadcastRules extends Chapter {

    private static final int MANY = 500;
    private static final int LARGE = 256 * 1024;
    /** How often a node sends again whose connection may be ended because answers take long. */
    private static final int TRIES = 5;

    /** Connections that block, so many that not each may hold a thread. */
    private static final int STUCK = 70;

    /** No adapter lets so many packets of this size wait for one connection. */
    private static final int MORE_THAN_WAIT = 5_000;

    private static final String LONG = "x".repeat(4 * 1024);

    private static final String HEARTBEAT_TIMEOUT = "roomcast.heartbeat.timeout";

    /** More than a frame's header and the name of a room take. */
    private static final int BESIDE_A_PACKET = 512;

    @Rule(value = "2.1", lookAt = "whether frames of a room's channel come in, and are handed to the room's members")
    void roomReachesItsMembersOnAllNodes() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> members = new ArrayList<>();
        for (TestNode node : nodes) {
            members.add(node.client("m1 at " + node).join(NEWS));
            members.add(node.client("m2 at " + node).join(NEWS));
        }
        for (TestNode sender : nodes) {
            String text = "from " + sender;
            sender.broadcast(TO_NEWS, text);
            members.forEach(member -> member.awaits(text));
        }
    }

    @Rule(value = "2.2", lookAt = "how a node finds the members of a packet's rooms")
    void roomReachesNobodyElse() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> members = new ArrayList<>();
        for (TestNode node : nodes) {
            members.add(node.client("member at " + node).join(NEWS));
            node.client("other at " + node).join("other");
            node.client("nowhere at " + node);
            node.client("user at " + node, NEWS);
            node.client("left at " + node).join(NEWS).leave(NEWS);
        }
        nodes.forEach(sender -> cluster().reaches(sender, TO_NEWS, members.toArray(new TestClient[0])));
    }

    @Rule(
            value = "2.3",
            lookAt = "how the members of several rooms are united, and whether a frame can be handled twice")
    void eachMemberGetsItOnce() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> members = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (TestNode node : nodes) {
            TestClient many = node.client("many at " + node, "user").join("a").join("b");
            members.add(many);
            ids.add(many.id());
            members.add(node.client("one at " + node).join("b"));
            members.add(node.client("user at " + node, "user").join("c"));
        }
        Target union = Target.rooms(List.of("a", "b")).and(Target.members(ids)).and(Target.user("user"));
        for (TestNode sender : nodes) {
            String text = cluster().reaches(sender, union, members.toArray(new TestClient[0]));
            for (TestClient member : members) {
                long times = member.texts().stream().filter(text::equals).count();
                expect().equal(member, "the deliveries of one packet", 1L, times);
            }
        }
    }

    @Rule(value = "2.4", lookAt = "whether exceptions travel with the packet, and are applied after the union")
    void exceptionsWin() {
        List<TestNode> nodes = cluster().openAll();
        for (TestNode node : nodes) {
            TestNode sender = nodes.get(0);
            String at = " at " + node;
            TestClient in = node.client("in" + at).join("a" + at);
            TestClient muted =
                    node.client("muted" + at, "user" + at).join("a" + at).join("mute" + at);
            Target room = Target.room("a" + at);
            cluster().reaches(sender, room.except(muted.member()), in);
            cluster().reaches(sender, room.exceptRooms(Set.of("mute" + at)), in);
            cluster().reaches(sender, room.exceptMembers(Set.of(in.id(), muted.id())));
            cluster().reaches(sender, Target.user("user" + at).exceptRooms(Set.of("mute" + at)));
            cluster().reaches(sender, Target.member(in.id()).except(in.member()));
            Target all = Target.rooms(Set.of("a" + at, "mute" + at)).and(Target.member(muted.id()));
            cluster().reaches(sender, all.except(muted.member()), in);
            cluster().reaches(sender, all.exceptRooms(Set.of("a" + at, "b" + at)));
        }
    }

    @Rule(value = "2.4", lookAt = "whether everyone() heeds its exceptions")
    void exceptionsWinOverEveryone() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> heard = new ArrayList<>();
        List<String> excepted = new ArrayList<>();
        for (TestNode node : nodes) {
            heard.add(node.client("included at " + node).join(NEWS));
            node.client("muted at " + node).join("muted").join(NEWS);
            excepted.add(node.client("excepted at " + node).id());
        }
        Target target = Target.everyone().exceptRooms(Set.of("muted")).exceptMembers(excepted);
        nodes.forEach(sender -> cluster().reaches(sender, target, heard.toArray(new TestClient[0])));
    }

    @Rule(value = "2.5", lookAt = "whether nothing selected is taken for everyone")
    void emptySelectionReachesNobody() {
        List<TestNode> nodes = cluster().openAll();
        nodes.forEach(node -> node.client("m at " + node, "user").join(NEWS));
        TestNode sender = nodes.get(0);
        cluster().reaches(sender, Target.rooms(Set.of()));
        cluster().reaches(sender, Target.members(Set.of()));
        cluster().reaches(sender, Target.users(Set.of()));
        cluster().reaches(sender, Target.rooms(Set.of()).exceptRooms(Set.of("other")));
    }

    @Rule(value = "2.6", lookAt = "who numbers and hands over the frames of a channel, and who handles what comes in")
    void packetsOfOneSenderKeepTheirOrder() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        List<TestClient> members = nodes.stream()
                .map(node -> node.client("m at " + node).join(NEWS))
                .toList();
        List<String> sent = new ArrayList<>();
        List<CompletionStage<Published>> stages = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            sent.add("packet " + i);
            stages.add(sender.send(TO_NEWS, "packet " + i));
        }
        stages.forEach(stage -> expect().completes(sender, "a broadcast", stage));
        members.forEach(m -> m.awaits(sent.get(MANY - 1)));
        cluster().settle(sender);
        members.forEach(m -> expect().equal(m, "the order", sent, m.distinctTexts()));
    }

    @Rule(value = "2.7", lookAt = "whether a target on this node is published at all")
    void onThisNodeStaysOnTheNode() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> members = nodes.stream()
                .map(node -> node.client("m at " + node, "user").join(NEWS))
                .toList();
        for (int i = 0; i < nodes.size(); i++) {
            cluster().reaches(nodes.get(i), TO_NEWS.onThisNode(), members.get(i));
            cluster().reaches(nodes.get(i), Target.everyone().onThisNode(), members.get(i));
            cluster().reaches(nodes.get(i), Target.user("user").onThisNode(), members.get(i));
        }
    }

    @Rule(value = "2.8", lookAt = "how unknown names are treated")
    void unknownNamesAreSkipped() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        TestClient[] members = nodes.stream()
                .map(node -> node.client("m at " + node).join(NEWS))
                .toArray(TestClient[]::new);
        cluster().reaches(sender, Target.room("nowhere"));
        cluster().reaches(sender, Target.member("nobody"));
        cluster().reaches(sender, Target.user("nobody"));
        Target mixed = Target.rooms(Set.of(NEWS, "nowhere"))
                .and(Target.member("nobody"))
                .and(Target.user("nobody"));
        cluster()
                .reaches(
                        sender, mixed.exceptRooms(Set.of("nowhere too")).exceptMembers(Set.of("nobody else")), members);
    }

    @Rule(value = "2.9", lookAt = "how a packet's kind and content are encoded")
    void contentAndKindSurvive() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        List<TestClient> members = nodes.stream()
                .map(node -> node.client("m at " + node).join(NEWS))
                .toList();
        List<Packet> packets = packets(Math.min(LARGE, sender.provider().maxFrameBytes() - BESIDE_A_PACKET));
        for (Packet packet : packets) {
            cluster().broadcast(sender, TO_NEWS, packet);
        }
        members.forEach(m -> expect().eventually(
                        m,
                        packets.size() + " packets to come",
                        () -> m.packets().containsAll(packets),
                        m::packets));
        cluster().settle(sender);
        members.forEach(m -> expect().equal(
                        m, "what came", packets, m.packets().stream().distinct().toList()));
    }

    private static List<Packet> packets(int largest) {
        byte[] allValues = new byte[256];
        for (int i = 0; i < allValues.length; i++) {
            allValues[i] = (byte) i;
        }
        byte[] large = new byte[largest];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + i / 256);
        }
        return List.of(
                Packet.text(""),
                Packet.bytes(new byte[0]),
                Packet.text("\0"),
                Packet.bytes(new byte[1]),
                Packet.bytes(allValues),
                Packet.text("\uD83D\uDE00 \u4f60\u597d \u00e9 \r\n \u2028"),
                Packet.text("{\"json\": [1, \"2\"]}"),
                Packet.text("0123456789abcdef".repeat(largest / 16)),
                Packet.bytes(large));
    }

    @Rule(value = "2.10", lookAt = "whether everyone() is found by rooms")
    void everyoneReachesMembersThatAreInNoRoom() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> all = new ArrayList<>();
        for (TestNode node : nodes) {
            all.add(node.client("in a room at " + node).join(NEWS));
            all.add(node.client("in no room at " + node));
        }
        nodes.forEach(sender -> cluster().reaches(sender, Target.everyone(), all.toArray(new TestClient[0])));
    }

    @Rule(value = "2.11", lookAt = "how a packet for a member finds the node where the member is")
    void memberIsReachedOnAnyNode() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> members = nodes.stream()
                .map(node -> node.client("m at " + node).join(NEWS))
                .toList();
        TestNode sender = nodes.get(0);
        members.forEach(member -> cluster().reaches(sender, Target.member(member.id()), member));
        List<String> ids = members.stream().map(TestClient::id).toList();
        cluster().reaches(sender, Target.members(ids), members.toArray(new TestClient[0]));
    }

    @Rule(value = "2.12", lookAt = "whether a user's channel is wanted as long as the user has a connection here")
    void userIsReachedOnAllConnections() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        List<TestClient> tabs = new ArrayList<>();
        for (TestNode node : nodes) {
            tabs.add(node.client("tab 1 at " + node, "ann"));
            tabs.add(node.client("tab 2 at " + node, "ann"));
            node.client("tab at " + node, "ben");
        }
        // No stage tells when a user can be reached from elsewhere: what is awaited is that it comes to be so.
        expect().eventually(
                        sender,
                        "user ann to be reached on all nodes",
                        () -> {
                            sender.broadcast(Target.user("ann"), "are you there?");
                            return tabs.stream().allMatch(tab -> tab.has("are you there?"));
                        },
                        () -> "nothing at "
                                + tabs.stream()
                                        .filter(tab -> !tab.has("are you there?"))
                                        .toList());
        TestClient[] all = tabs.toArray(new TestClient[0]);
        cluster().reaches(sender, Target.user("ann"), all);
        cluster().reaches(sender, Target.users(Set.of("ann", "nobody")), all);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "2.14", lookAt = "what becomes of a packet that cannot be published")
    void broadcastWithoutBrokerFailsAndIsDeliveredHere() {
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestClient here = sender.client("here").join(NEWS);
        TestClient there = nodes.get(1).client("there").join(NEWS);
        sender.faults().cut();
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.rooms(Set.of(NEWS, "other")))) {
            String text = "to " + target;
            CompletionStage<Published> sent = sender.send(target, text);
            expect().that(here, "the packet when broadcast() returns", here.has(text), here.texts());
            expect().fails(sender, "a broadcast to " + target + " while cut off", Outcome.NOT_SENT, sent);
        }
        sender.awaitsImpairedHealth();
        sender.faults().restore();
        sender.awaitsHealth(Health.Status.UP);
        cluster().reaches(sender, TO_NEWS, here, there);
        expect().equal(
                        there,
                        "what came of that which was not sent",
                        1,
                        there.distinctTexts().size());
    }

    @Rule(value = "2.15", lookAt = "whether a node knows its own frames when they come back")
    void ownMembersGetItOnce() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        TestNode other = nodes.get(nodes.size() - 1);
        TestClient own = sender.client("own").join(NEWS);
        TestClient answering = other.client("answering").join(NEWS);
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.member("own"))) {
            String text = "to " + target;
            sender.broadcast(target, text);
            sender.broadcast(TO_NEWS, "call " + target);
            answering.awaits("call " + target);
            cluster().settle(sender);
            // On each channel the answer comes after the echo of what it answers.
            other.broadcast(TO_NEWS, "answer " + target);
            own.awaits("answer " + target);
            cluster().settle(other);
            long times = own.texts().stream().filter(text::equals).count();
            expect().equal(own, "the deliveries of an own packet", 1L, times);
        }
    }

    @Rule(value = "2.16", lookAt = "where roomcast.limit.packet-bytes is checked: before anything is delivered?")
    void packetOverTheLimitIsRefused() {
        TestNode node = cluster().with("roomcast.limit.packet-bytes", "2000").open();
        Adapter adapter = node.adapter();
        TestClient alice = node.client("alice").join(NEWS);
        List<Packet> tooLarge = List.of(
                Packet.bytes(new byte[2001]), Packet.text("x".repeat(2001)), Packet.text("\u00e9".repeat(1001)));
        for (Packet packet : tooLarge) {
            for (Target target : List.of(TO_NEWS, Target.everyone(), TO_NEWS.onThisNode())) {
                expect().refuses(
                                node,
                                "a packet of " + packet.size() + " bytes",
                                IllegalArgumentException.class,
                                () -> adapter.broadcast(target, packet),
                                "roomcast.limit.packet-bytes",
                                "2000");
            }
        }
        cluster().broadcast(node, TO_NEWS, Packet.text("\u00e9".repeat(1000)));
        cluster().broadcast(node, TO_NEWS, Packet.text("x".repeat(2000)));
        alice.gets("\u00e9".repeat(1000), "x".repeat(2000));
    }

    @Requires(Feature.ORDER_ACROSS_CHANNELS)
    @Rule(value = "2.17", lookAt = "whether a packet that is not for a single room is a barrier in the sender's queues")
    void orderHoldsAcrossKindsOfTargets() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        List<TestClient> members = nodes.stream()
                .map(node -> node.client("m at " + node).join(NEWS).join("other"))
                .toList();
        List<String> ids = members.stream().map(TestClient::id).toList();
        // Single-room packets of different rooms are in no order: between them there is always one of another kind.
        List<Target> kinds = List.of(
                TO_NEWS,
                Target.rooms(Set.of(NEWS, "other")),
                Target.room("other"),
                Target.everyone(),
                TO_NEWS,
                TO_NEWS,
                Target.members(ids));
        List<String> sent = new ArrayList<>();
        List<CompletionStage<Published>> stages = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            sent.add("packet " + i);
            stages.add(sender.send(kinds.get(i % kinds.size()), "packet " + i));
        }
        stages.forEach(stage -> expect().completes(sender, "a broadcast", stage));
        members.forEach(m -> m.awaits(sent.get(MANY - 1)));
        cluster().settle(sender);
        members.forEach(m -> expect().equal(m, "the order", sent, m.distinctTexts()));
    }

    @Rule(value = "2.18", lookAt = "the thread on which members of the sending node are handed a packet")
    void ownMembersHaveItWhenBroadcastReturns() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice", "ann").join(NEWS);
        List<String> sent = new ArrayList<>();
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.member("alice"), Target.user("ann"))) {
            String text = "to " + target;
            sent.add(text);
            CompletionStage<Published> stage = node.send(target, text);
            expect().equal(alice, "what it has when broadcast() returns", sent, alice.distinctTexts());
            expect().completes(node, "the broadcast", stage);
        }
    }

    @Rule(value = "2.19", lookAt = "whether membership is looked up when a packet is delivered, and when it changes")
    void nothingComesAfterLeaveOrRemove() {
        List<TestNode> nodes = cluster().openAll();
        TestNode node = nodes.get(0);
        TestClient witness = node.client("witness", "ann").join(NEWS);
        TestClient left = node.client("left").join(NEWS);
        TestClient removed = node.client("removed", "ann").join(NEWS);
        left.leave(NEWS);
        removed.remove();
        for (TestNode sender : nodes) {
            cluster().reaches(sender, TO_NEWS, witness);
            cluster().reaches(sender, Target.everyone(), witness, left);
            cluster().reaches(sender, Target.member("removed"));
            cluster().reaches(sender, Target.rooms(Set.of(NEWS, "other")), witness);
        }
        expect().equal(removed, "what came after remove()", List.of(), removed.packets());
    }

    @Rule(value = "2.20", lookAt = "where roomcast.limit.rooms-per-target is checked: before anything is delivered?")
    void tooManyRoomsInOneTargetAreRefused() {
        TestNode node = cluster().with("roomcast.limit.rooms-per-target", "3").open();
        TestClient alice = node.client("alice").join("a");
        expect().refuses(
                        node,
                        "a target of four rooms",
                        IllegalArgumentException.class,
                        () -> node.send(Target.rooms(Set.of("a", "b", "c", "d")), "too many"),
                        "roomcast.limit.rooms-per-target",
                        "3");
        cluster().reaches(node, Target.rooms(Set.of("a", "b", "c")), alice);
        expect().that(alice, "nothing of the refused packet", !alice.has("too many"), alice.texts());
    }

    @Rule(value = "2.21", lookAt = "what a target on this node waits for")
    void onThisNodeIsCompleteAtOnce() {
        TestNode node = cluster().openAll().get(0);
        TestClient alice = node.client("alice").join(NEWS);
        if (node.provider().hasFaults()) {
            node.faults().cut();
        }
        CompletionStage<Published> sent = node.send(TO_NEWS.onThisNode(), "here");
        expect().that(node, "a complete stage", sent.toCompletableFuture().isDone(), "a pending one");
        expect().completes(node, "a broadcast on this node", sent);
        alice.gets("here");
    }

    @Requires(absent = Feature.CLUSTER)
    @Rule(value = "2.21", lookAt = "whether a node that is alone waits for anyone")
    void withoutOtherNodesABroadcastIsCompleteAtOnce() {
        TestNode node = cluster().open();
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.member("alice"), Target.user("ann"))) {
            CompletionStage<Published> sent = node.send(target, "here");
            expect().that(node, "a complete stage", sent.toCompletableFuture().isDone(), "a pending one");
        }
    }

    @Rule(value = "2.31", lookAt = "what the stage of a broadcast completes with")
    void stageSaysWhetherOtherNodesAreConcerned() {
        List<TestNode> nodes = cluster().openAll();
        TestNode node = nodes.get(0);
        boolean isAlone = nodes.size() == 1;
        for (Target target : List.of(TO_NEWS, Target.everyone(), Target.member("alice"), Target.user("ann"))) {
            Published published = expect().completes(node, "the broadcast to " + target, node.send(target, "hello"));
            expect().equal(node, "isOnThisNode() for " + target, isAlone, published.isOnThisNode());
            expect().equal(node, "hasWaited() for " + target, false, published.hasWaited());
        }
        for (Target target : List.of(TO_NEWS.onThisNode(), Target.rooms(Set.of()))) {
            Published published = expect().completes(node, "the broadcast to " + target, node.send(target, "hello"));
            expect().equal(node, "isOnThisNode() for " + target, true, published.isOnThisNode());
        }
        Published emitted = expect().completes(node, "emit", node.cluster().emit(Packet.text("hello")));
        expect().equal(node, "isOnThisNode() of what is emitted", isAlone, emitted.isOnThisNode());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "2.31", lookAt = "whether the stage of a packet that has waited for the end of an outage says so")
    void stageSaysWhetherThePacketHasWaited() {
        cluster().with("roomcast.outage", "wait");
        TestNode sender = cluster().open(2).get(0);
        sender.faults().cut();
        awaitsGauge(sender, "publishing.up", 0);
        CompletionStage<Published> waiting = sender.send(TO_NEWS, "waiting");
        awaitsGauge(sender, "messages.waiting", 1);
        sender.faults().restore();
        Published waited = expect().completes(sender, "a broadcast that has waited", waiting);
        expect().equal(sender, "hasWaited()", true, waited.hasWaited());
        // The link may be lost once more on the way back, so that one of the next waits as well.
        Published later = waited;
        for (int i = 0; i < 20 && later.hasWaited(); i++) {
            later = expect().completes(sender, "a later broadcast", sender.send(TO_NEWS, "later " + i));
        }
        expect().equal(sender, "hasWaited() of the last of 20 later ones", false, later.hasWaited());
    }

    private void awaitsGauge(TestNode node, String gauge, long value) {
        expect().eventually(
                        node,
                        "the gauge " + gauge,
                        value,
                        () -> node.adapter().health().gauges().get(gauge));
    }

    @Rule(value = "2.22", lookAt = "whether the names of a target are checked before anything is delivered")
    void targetWithUnfitNameIsRefused() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS);
        String tooLong = "x".repeat(256);
        List<Target> unfit = List.of(
                Target.rooms(List.of(NEWS, "")),
                Target.room("\uD83D"),
                TO_NEWS.and(Target.user(tooLong)),
                TO_NEWS.and(Target.member(tooLong)),
                TO_NEWS.exceptRooms(List.of(tooLong)));
        for (Target target : unfit) {
            expect().refuses(
                            node,
                            "a target with an unfit name",
                            IllegalArgumentException.class,
                            () -> node.send(target, "no"));
        }
        cluster().reaches(node, TO_NEWS, alice);
        expect().that(alice, "nothing of a refused packet", !alice.has("no"), alice.texts());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "2.23", lookAt = "who goes on with a packet from another node when a send does not return")
    void connectionThatBlocksHoldsUpNobodyElse() {
        List<TestNode> nodes = cluster().openAll();
        TestNode node = nodes.get(0);
        TestClient first = node.client("first").join(NEWS);
        TestClient stuck = node.client("stuck").join(NEWS);
        TestClient last = node.client("last").join(NEWS);
        stuck.blocksFromNowOn();
        for (String text : List.of("one", "two", "three")) {
            nodes.get(1).broadcast(TO_NEWS, text);
            first.awaits(text);
            last.awaits(text);
        }
        cluster().reaches(nodes.get(2), Target.everyone(), first, last);
        expect().completes(node, "a question", node.adapter().allRooms());
        expect().equal(stuck, "what the blocked connection was handed", List.of("one"), stuck.texts());
    }

    @Rule(value = "2.25", lookAt = "whether another thread's broadcast waits for a send that does not return")
    void connectionThatBlocksHoldsUpItsCallerAlone() {
        TestNode node = cluster().open();
        TestClient stuck = node.client("stuck").join(NEWS);
        TestClient other = node.client("other").join(NEWS);
        stuck.blocksFromNowOn();
        Executor caller = task -> new Thread(task, "a caller of the test").start();
        CompletableFuture<Void> held = CompletableFuture.runAsync(() -> node.send(TO_NEWS, "one"), caller);
        stuck.awaits("one");
        expect().eventually(
                        node,
                        "sends.stalled",
                        1L,
                        () -> node.adapter().health().counters().getOrDefault("sends.stalled", 0L));
        node.broadcast(TO_NEWS, "two");
        other.awaits("two");
        stuck.goesOn();
        expect().completes(node, "the broadcast that was held up", held);
        stuck.gets("one", "two");
        other.awaits("one");
    }

    @Rule(
            value = "2.26",
            lookAt = "whether writable() is asked before a droppable packet is sent, and for no other packet")
    void droppablePacketsPassByWhoDoesNotKeepUp() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> slow = new ArrayList<>();
        List<TestClient> quick = new ArrayList<>();
        for (TestNode node : nodes) {
            slow.add(node.client("slow at " + node).join(NEWS));
            quick.add(node.client("quick at " + node).join(NEWS));
        }
        slow.forEach(TestClient::fallsBehind);
        TestNode sender = nodes.get(0);
        cluster().broadcast(sender, TO_NEWS, Packet.text("cursor").asDroppable());
        sender.broadcast(TO_NEWS, "news");
        quick.forEach(client -> client.gets("cursor", "news"));
        slow.forEach(client -> client.gets("news"));
        for (TestNode node : nodes) {
            expect().eventually(
                            node,
                            "the counter packets.skipped",
                            1L,
                            () -> node.adapter().health().counters().getOrDefault("packets.skipped", 0L));
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "2.27",
            lookAt =
                    "which frames the transport does not answer; the adapter must fail them, and have their connection ended")
    void frameWithoutAnAnswerHoldsUpNothing() {
        TestNode receiver = cluster().open();
        cluster()
                .withProvider(
                        provider -> provider.confirmWithin(expect().moment().dividedBy(4)));
        TestNode sender = cluster().open();
        TestClient there = receiver.client("there").join(NEWS);
        List.of(receiver, sender).forEach(node -> node.awaitsNodes(receiver, sender));
        sender.faults().leaveUnanswered();
        AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.NOT_SENT);
        // One that waits behind heartbeats that are not answered does not leave before their connection is ended.
        expect().eventually(
                        sender,
                        "a broadcast to leave that the broker does not answer",
                        () -> {
                            outcome.set(failure(
                                    sender,
                                    "a broadcast that the broker does not answer",
                                    sender.send(TO_NEWS, "not answered")));
                            return outcome.get() != Outcome.NOT_SENT;
                        },
                        outcome::get);
        expect().that(
                        sender,
                        "a broadcast that the broker does not answer to fail as UNKNOWN",
                        outcome.get() == Outcome.UNKNOWN,
                        outcome);
        sender.awaitsHealth(Health.Status.DEGRADED);
        expect().that(
                        sender,
                        "a counter frames.unanswered above zero",
                        sender.adapter().health().counters().getOrDefault("frames.unanswered", 0L) > 0,
                        sender.adapter().health().counters());
        sender.faults().thaw();
        sender.awaitsHealth(Health.Status.UP);
        List.of(receiver, sender).forEach(node -> node.awaitsNodes(receiver, sender));
        arrivesAtLast(sender, there);
    }

    /** Where answers take long, a node that allows little time for them may have its connection ended once more. */
    private void arrivesAtLast(TestNode sender, TestClient recipient) {
        boolean isAccepted = false;
        for (int i = 0; i < TRIES && !isAccepted; i++) {
            String text = "answered " + i;
            sender.awaitsHealth(Health.Status.UP);
            isAccepted = expect().completes(
                            sender,
                            "a broadcast after it to end",
                            sender.send(TO_NEWS, text).handle((done, failure) -> failure == null));
            if (isAccepted) {
                recipient.awaits(text);
            }
        }
        expect().that(sender, "one of " + TRIES + " broadcasts after it to be accepted", isAccepted, "none");
    }

    private Outcome failure(TestNode node, String what, CompletionStage<?> stage) {
        Throwable failure = expect().fails(node, what + " to fail", e -> e instanceof AdapterException, stage);
        return ((AdapterException) failure).outcome();
    }

    @Rule(value = "2.28", lookAt = "what becomes of a member whose send throws, and of those behind it")
    void connectionThatThrowsIsGivenUpAndHarmsNobodyElse() {
        List<TestNode> nodes = cluster().openAll();
        List<TestClient> members = new ArrayList<>();
        List<TestClient> broken = new ArrayList<>();
        for (TestNode node : nodes) {
            members.add(node.client("first at " + node).join(NEWS));
            broken.add(node.client("broken at " + node).join(NEWS));
            members.add(node.client("between at " + node).join(NEWS));
            broken.add(node.client("worse at " + node).join(NEWS));
            members.add(node.client("last at " + node).join(NEWS));
        }
        for (int i = 0; i < broken.size(); i += 2) {
            broken.get(i).throwsFromNowOn(new IOException("thrown by the test's client"));
            broken.get(i + 1).throwsFromNowOn(new AssertionError("thrown by the test's client"));
        }
        TestClient[] all = members.toArray(new TestClient[0]);
        for (TestNode sender : nodes) {
            cluster().reaches(sender, TO_NEWS, all);
            cluster().reaches(sender, TO_NEWS, all);
        }
        broken.forEach(client -> awaitGivenUp(client, Kind.FAILED));
        for (TestNode node : nodes) {
            expect().eventually(
                            node,
                            "the counter members.given_up",
                            2L,
                            () -> node.adapter().health().counters().getOrDefault("members.given_up", 0L));
        }
    }

    private void awaitGivenUp(TestClient client, Kind kind) {
        expect().eventually(
                        client,
                        "to be no member any more",
                        () -> !client.member().isPresent(),
                        client::member);
        expect().eventually(
                        client,
                        "to be disconnected as " + kind,
                        () -> client.disconnects().stream().anyMatch(why -> why.kind() == kind),
                        client::disconnects);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "2.29", lookAt = "what becomes of the packets for a connection that does not return from send")
    void connectionThatReturnsGetsWhatCameMeanwhile() {
        List<TestNode> nodes = cluster().openAll();
        TestNode node = nodes.get(0);
        TestClient stuck = node.client("stuck").join(NEWS);
        TestClient other = node.client("other").join(NEWS);
        List<String> sent = new ArrayList<>();
        stuck.blocksFromNowOn();
        for (int i = 0; i < 20; i++) {
            sent.add("packet " + i + " of one sender");
            nodes.get(1).broadcast(TO_NEWS, sent.get(i));
        }
        other.awaits(sent.get(19));
        stuck.goesOn();
        stuck.awaits(sent.get(19));
        sent.add(cluster().reaches(nodes.get(1), TO_NEWS, stuck, other));
        List.of(stuck, other).forEach(client -> expect().equal(client, "what came", sent, client.texts()));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "2.29", lookAt = "what becomes of a member for whom more packets come than may wait")
    void connectionForWhichTooMuchWaitsIsGivenUp() {
        List<TestNode> nodes = cluster().openAll();
        TestClient stuck = nodes.get(0).client("stuck").join(NEWS);
        TestClient other = nodes.get(0).client("other").join(NEWS);
        stuck.blocksFromNowOn();
        List<String> sent = new ArrayList<>();
        for (int i = 0; stuck.member().isPresent() && i < MORE_THAN_WAIT; i++) {
            sent.add("packet " + i + LONG);
            nodes.get(1).broadcast(TO_NEWS, sent.get(i));
            other.awaits(sent.get(i));
        }
        awaitGivenUp(stuck, Kind.TOO_SLOW);
        stuck.goesOn();
        expect().equal(other, "what came", sent, other.texts());
        expect().equal(stuck, "what came", List.of(sent.get(0)), stuck.texts());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "2.30", lookAt = "what many connections that do not return from send delay")
    void manyConnectionsThatBlockSilenceNoNode() {
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(2);
        TestNode node = nodes.get(0);
        List<TestClient> stuck = new ArrayList<>();
        for (int i = 0; i < STUCK; i++) {
            stuck.add(node.client("stuck " + i).join(NEWS));
        }
        TestClient other = node.client("other").join(NEWS);
        stuck.forEach(TestClient::blocksFromNowOn);
        for (String text : List.of("one", "two", "three")) {
            nodes.get(1).broadcast(TO_NEWS, text);
            other.awaits(text);
        }
        expect().eventually(
                        node,
                        "the counter members.given_up",
                        (long) STUCK - 64,
                        () -> node.adapter().health().counters().getOrDefault("members.given_up", 0L));
        // A busy machine may have stopped a node for longer than its timeout; it then comes back.
        expect().eventually(
                        nodes.get(1),
                        "nodes()",
                        Set.of(node.info(), nodes.get(1).info()),
                        () -> nodes.get(1).adapter().cluster().nodes());
        Gathered<List<MemberInfo>> members = expect().completes(
                        nodes.get(1),
                        "cluster().members()",
                        nodes.get(1).adapter().cluster().members(Target.everyone()));
        expect().equal(nodes.get(1), "nodes that are missing", Set.of(), members.missing());
        expect().equal(nodes.get(1), "the number of members", 65, members.some().size());
        stuck.forEach(TestClient::goesOn);
    }
}
