package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Loss.Scope;
import dev.roomcast.adapter.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Chapter 6 of {@code docs/spec.md}. */
abstract class LossRules extends Chapter {

    private static final String HEARTBEAT = "roomcast.heartbeat.interval";
    private static final String HEARTBEAT_TIMEOUT = "roomcast.heartbeat.timeout";
    private static final Predicate<String> CHANNEL_OF_NEWS = channel -> channel.endsWith("." + NEWS);

    @Requires(Feature.CLUSTER)
    @Rule(value = "6.1", lookAt = "whether the numbers of each sender's frames are compared on each channel")
    void aGapIsTold() {
        cluster().requireRoomChannels();
        withoutTails();
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestClient alice = nodes.get(1).client("alice").join(NEWS);
        cluster().reaches(sender, TO_NEWS, alice);
        Instant begin = Instant.now();
        nodes.get(1).faults().dropNext(2, CHANNEL_OF_NEWS);
        sender.broadcast(TO_NEWS, "lost");
        sender.broadcast(TO_NEWS, "lost, too");
        cluster().reaches(sender, TO_NEWS, alice);
        Loss gap = awaits(nodes.get(1), loss -> loss.kind() == Kind.GAP && loss.scope() == Scope.ROOMS);
        expect().equal(alice, "the rooms of the gap", Set.of(NEWS), gap.rooms());
        expect().equal(alice, "the sender of what is lost", Optional.of(sender.info()), gap.from());
        expect().equal(alice, "the number of frames that are lost", OptionalLong.of(2), gap.frames());
        expect().that(
                        alice,
                        "the gap to end after its packets were sent",
                        !gap.until().isBefore(begin),
                        gap);
        expect().that(alice, "the gap to begin before it ends", !gap.since().isAfter(gap.until()), gap);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "6.2", lookAt = "what is done with a frame whose number has come before")
    void aFrameThatComesTwiceIsDeliveredOnce() {
        withoutTails();
        List<TestNode> nodes = cluster().open(2);
        TestClient alice = nodes.get(1).client("alice").join(NEWS);
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        nodes.get(1).faults().doubleNext(1, CHANNEL_OF_NEWS);
        nodes.get(0).broadcast(TO_NEWS, "once");
        alice.awaits("once");
        cluster().settle(nodes.get(0));
        long copies = alice.texts().stream().filter("once"::equals).count();
        expect().equal(alice, "the number of copies", 1L, copies);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "6.3", lookAt = "whether a channel that falls silent says up to which number frames have left")
    void theLossOfTheLastPacketIsTold() {
        cluster().requireRoomChannels();
        cluster().with(HEARTBEAT, "1s");
        List<TestNode> nodes = cluster().open(2);
        TestClient alice = nodes.get(1).client("alice").join(NEWS);
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
        nodes.get(1).faults().dropNext(1, CHANNEL_OF_NEWS);
        nodes.get(0).broadcast(TO_NEWS, "lost");
        Loss gap = awaits(nodes.get(1), loss -> loss.kind() == Kind.GAP);
        expect().equal(alice, "the rooms of the gap", Set.of(NEWS), gap.rooms());
        expect().equal(alice, "the number of frames that are lost", OptionalLong.of(1), gap.frames());
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "6.4",
            lookAt = "which loss is reported when channels that were lost with their link are confirmed again")
    void anOutageIsAPossibleLoss() {
        cluster().requireRoomChannels();
        List<TestNode> nodes = cluster().open(2);
        TestNode cut = nodes.get(1);
        cut.client("alice").join(NEWS).join("other");
        Instant begin = Instant.now();
        cut.faults().cut();
        Instant end = Instant.now();
        cut.faults().restore();
        Loss ofAll = awaits(cut, TestCluster.outage(Scope.NAMESPACE));
        // One for each link, where rooms are spread over several.
        expect().eventually(
                        cut,
                        "the rooms of the possible losses",
                        Set.of(NEWS, "other"),
                        () -> told(cut).stream()
                                .filter(TestCluster.outage(Scope.ROOMS))
                                .flatMap(loss -> loss.rooms().stream())
                                .collect(Collectors.toSet()));
        List<Loss> all = new ArrayList<>(told(cut));
        all.removeIf(TestCluster.outage(Scope.ROOMS).negate());
        all.add(ofAll);
        for (Loss loss : all) {
            boolean holds = !loss.since().isAfter(end.plusMillis(TestCluster.CLOCKS_DIFFER_MILLIS))
                    && !loss.until().isBefore(end);
            expect().that(cut, "a window around the outage, " + begin + " to " + end, holds, loss);
        }
        // What was on its way when the link was cut may be lost, and shows as a gap of that node.
        List<Loss> ofOthers = told(nodes.get(0)).stream()
                .filter(loss -> loss.kind() != Kind.GAP || !loss.from().equals(Optional.of(cut.info())))
                .collect(Collectors.toList());
        expect().equal(nodes.get(0), "the losses reported by a node without a cut", List.of(), ofOthers);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "6.5", lookAt = "which loss is reported when a node is declared gone")
    void aDeadSenderIsAPossibleLoss() {
        cluster().requireRoomChannels();
        cluster().with(HEARTBEAT_TIMEOUT, expect().moment());
        List<TestNode> nodes = cluster().open(2);
        TestNode dead = nodes.get(0);
        TestNode survivor = nodes.get(1);
        TestClient alice = survivor.client("alice").join(NEWS).join("never used");
        cluster().reaches(dead, TO_NEWS, alice);
        dead.faults().cut();
        Predicate<Loss> its =
                loss -> loss.kind() == Kind.POSSIBLE && loss.from().equals(Optional.of(dead.info()));
        Loss ofRooms = awaits(survivor, its.and(loss -> loss.scope() == Scope.ROOMS));
        awaits(survivor, its.and(loss -> loss.scope() == Scope.NAMESPACE));
        expect().equal(survivor, "the rooms in which it had sent", Set.of(NEWS), ofRooms.rooms());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "6.6", lookAt = "whether joins, leaves, first frames and goodbyes are taken for losses")
    void withoutAFaultNothingIsTold() {
        List<TestNode> nodes = cluster().open(3);
        cluster().reaches(nodes.get(2), TO_NEWS);
        TestClient[] all = nodes.stream()
                .map(node -> node.client("m at " + node, "ann").join(NEWS))
                .toArray(TestClient[]::new);
        for (TestNode sender : nodes) {
            cluster().reaches(sender, TO_NEWS, all);
            cluster().reaches(sender, Target.everyone(), all);
            cluster().reaches(sender, Target.user("ann"), all);
        }
        all[0].leave(NEWS);
        cluster().reaches(nodes.get(1), TO_NEWS, all[1], all[2]);
        all[0].join(NEWS);
        cluster().reaches(nodes.get(1), TO_NEWS, all);
        nodes.get(2).close();
        // Several heartbeats, so that whatever is told late is told.
        long sent = sent(nodes.get(0));
        expect().eventually(
                        nodes.get(0),
                        "heartbeats",
                        () -> sent(nodes.get(0)) > sent + 10,
                        () -> nodes.get(0).adapter().health().counters());
        for (TestNode node : nodes.subList(0, 2)) {
            expect().equal(node, "the reported losses", List.of(), told(node));
        }
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "6.7",
            lookAt =
                    "which loss is reported of channels that were subscribed after the sender's last heartbeat, if its later frames for the namespace did not arrive")
    void aRoomThatIsYoungerThanTheLastHeartbeatBeforeAGapIsAPossibleLoss() {
        cluster().requireRoomChannels();
        withoutTails();
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestNode receiver = nodes.get(1);
        TestClient alice = receiver.client("alice").join("before");
        cluster().reaches(sender, Target.everyone(), alice);
        receiver.faults().dropNext(1, channel -> channel.endsWith(".all"));
        sender.broadcast(Target.everyone(), "lost");
        alice.join("meanwhile");
        cluster().reaches(sender, Target.everyone(), alice);
        Loss possible = awaits(receiver, loss -> loss.kind() == Kind.POSSIBLE && loss.scope() == Scope.ROOMS);
        expect().equal(
                        receiver,
                        "the rooms that may have missed something",
                        Set.of("before", "meanwhile"),
                        possible.rooms());
        expect().equal(receiver, "whose packets they may have missed", Optional.of(sender.info()), possible.from());
    }

    /** Nothing but packets travels in rooms, so that it is known which frame is the next. */
    private void withoutTails() {
        cluster()
                .with(HEARTBEAT, expect().forEver())
                .with(HEARTBEAT_TIMEOUT, expect().forEver().multipliedBy(2));
    }

    private Loss awaits(TestNode node, Predicate<Loss> which) {
        return cluster().awaits(node, which);
    }

    private static List<Loss> told(TestNode node) {
        return node.clusterLog().losses();
    }

    private static long sent(TestNode node) {
        return node.adapter().health().counters().getOrDefault("messages.sent", 0L);
    }
}
