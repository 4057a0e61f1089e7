package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Answers;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What concerns all nodes: questions, commands, acknowledgements, requests and presence. */
class ClusterOperationsInVirtualTimeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedCluster cluster = SimulatedCluster.of(1, 3);
    private final Cluster first = cluster.nodes.get(0).cluster();
    private final Tab ann = new Tab(0, "ann-1", "ann");
    private final Tab annToo = new Tab(1, "ann-2", "ann");
    private final Tab bob = new Tab(2, "bob-1", "bob");

    @Test
    void membersAreDescribedCountedAndTheirUsersToldApart() {
        List.of(ann, annToo, bob).forEach(tab -> tab.joins("r"));
        bob.joins("s");
        CompletionStage<Gathered<List<MemberInfo>>> members = first.members(Target.room("r"));
        CompletionStage<Gathered<Long>> count = first.count(Target.room("r").exceptRooms(Set.of("s")));
        CompletionStage<Gathered<Set<String>>> users = first.users(Target.everyone());
        CompletionStage<Gathered<List<MemberInfo>>> here =
                first.members(Target.everyone().onThisNode());
        cluster.pass(50);
        List<MemberInfo> all = now(members).all();
        assertEquals(Set.of("ann-1", "ann-2", "bob-1"), ids(all));
        MemberInfo third =
                all.stream().filter(m -> m.id().equals("bob-1")).findFirst().orElseThrow();
        assertEquals(Set.of("r", "s"), third.rooms());
        assertEquals(Optional.of("bob"), third.user());
        assertEquals(Map.of("tab", "bob-1"), third.attributes());
        assertEquals("node-2", third.node().name());
        assertEquals(2L, now(count).all());
        assertEquals(Set.of("ann", "bob"), now(users).all());
        assertEquals(Set.of("ann-1"), ids(now(here).all()));
    }

    @Test
    void whoAsksBeforeAllAreMetGetsTheWholeAnswerAsSoonAsTheyAre() {
        List.of(ann, bob).forEach(tab -> tab.joins("r"));
        cluster.open();
        Tab eve = new Tab(3, "eve-1", "eve");
        eve.node.join(eve.member, "r");
        CompletionStage<Gathered<List<MemberInfo>>> members = eve.node.cluster().members(Target.room("r"));
        cluster.pass(500);
        assertEquals(Set.of("ann-1", "bob-1", "eve-1"), ids(now(members).all()));
    }

    @Test
    void aMemberInVeryManyRoomsComesWhole() {
        Set<String> rooms = new TreeSet<>();
        for (int i = 0; i < 900; i++) {
            rooms.add("a room with quite a long name, so that all of them do not fit into a frame " + "x".repeat(100)
                    + i);
        }
        bob.node.join(bob.member, rooms);
        CompletionStage<Gathered<List<MemberInfo>>> members = first.members(Target.member("bob-1"));
        cluster.pass(100);
        assertEquals(rooms, now(members).all().get(0).rooms());
    }

    @Test
    void commandsComeBetweenThePacketsBeforeAndAfterThem() {
        bob.joins("r");
        cluster.pass(10);
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("1"));
        CompletionStage<Void> left = first.leave(Target.room("r"), Set.of("r"));
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("2"));
        cluster.nodes.get(0).broadcast(Target.member("bob-1"), Packet.text("3"));
        CompletionStage<Void> disconnected =
                first.disconnect(Target.user("bob"), new DisconnectReason(Kind.BANNED, "enough"));
        cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("4"));
        cluster.pass(50);
        assertTrue(SimulatedCluster.isDone(left));
        assertTrue(SimulatedCluster.isDone(disconnected));
        assertEquals(List.of("1", "3", "disconnected: BANNED, enough"), bob.received);
        assertFalse(bob.member.isPresent());
    }

    @Test
    void aJoinIsDoneWhenTheSubscriptionsStandEverywhere() {
        CompletionStage<Void> joined = first.join(Target.users(Set.of("ann", "bob")), Set.of("x", "y"));
        cluster.pass(50);
        assertTrue(SimulatedCluster.isDone(joined));
        cluster.nodes.get(0).broadcast(Target.room("y"), Packet.text("hello"));
        cluster.pass(10);
        List.of(ann, annToo, bob).forEach(tab -> assertEquals(List.of("hello"), tab.received));
    }

    @Test
    void aNodeThatIsSilentIsMissing() {
        cluster.broker.transport(2).kill();
        CompletionStage<Void> joined = first.join(Target.everyone(), Set.of("x"));
        CompletionStage<Gathered<Long>> count = first.count(Target.everyone());
        cluster.pass(2100);
        AdapterException failure = (AdapterException) joined.handle((done, why) -> why)
                .thenApply(why -> why.getCause() == null ? why : why.getCause())
                .toCompletableFuture()
                .getNow(null);
        assertEquals(AdapterException.Outcome.INCOMPLETE, failure.outcome());
        assertEquals(
                Set.of("node-2"), failure.missing().stream().map(NodeInfo::name).collect(Collectors.toSet()));
        assertEquals(2L, now(count).some());
        assertTrue(cluster.nodes.get(0).rooms().of(ann.member).contains("x"), "what could be done is done");
    }

    @Test
    void whoeverIsAskedAnswersAndWhoDoesNotIsNamed() {
        ann.answer = CompletableFuture.completedStage(Packet.text("yes"));
        bob.answer = new CompletableFuture<>();
        List<String> came = new ArrayList<>();
        CompletionStage<Gathered<Answers>> asked = first.ask(
                Target.everyone(),
                Packet.text("?"),
                SECOND,
                reply -> came.add(reply.member().id() + " " + reply.packet().text()));
        cluster.pass(500);
        assertEquals(List.of("ann-1 yes"), came);
        assertFalse(asked.toCompletableFuture().isDone());
        bob.answer.toCompletableFuture().complete(Packet.text("no"));
        cluster.pass(50);
        assertEquals(List.of("ann-1 yes", "bob-1 no"), came);
        Answers answers = now(asked).some();
        assertEquals(3, answers.asked());
        assertEquals(2, answers.replies().size());
        assertEquals(Set.of("ann-2"), ids(answers.silent()), "it cannot be asked");
        assertThrows(AdapterException.class, now(asked)::all);
    }

    /** Rule 8.3. */
    @Test
    void aConnectionThatReturnsNoStageIsSilentAtOnce() {
        bob.answer = null;
        CompletionStage<Gathered<Answers>> asked = first.ask(Target.user("bob"), Packet.text("?"), SECOND);
        cluster.pass(50);
        assertEquals(Set.of("bob-1"), ids(now(asked).some().silent()));
    }

    @Test
    void afterTheTimeoutNobodyWaits() {
        bob.answer = new CompletableFuture<>();
        CompletionStage<Gathered<Answers>> asked = first.ask(Target.user("bob"), Packet.text("?"), SECOND);
        cluster.pass(1100);
        assertEquals(Set.of("bob-1"), ids(now(asked).some().silent()));
        bob.answer.toCompletableFuture().complete(Packet.text("late"));
        cluster.pass(50);
        assertEquals(List.of(), now(asked).some().replies());
    }

    @Test
    void serversAnswerRequestsAndHearWhatIsEmitted() {
        List<String> heard = new ArrayList<>();
        for (Adapter node : cluster.nodes) {
            String name = node.cluster().self().name();
            node.cluster().onRequest((from, packet) -> {
                heard.add(name + " " + from.name() + " " + packet.text());
                return CompletableFuture.completedStage(Packet.text(name));
            });
            node.cluster().onEmit((from, packet) -> heard.add(name + " " + from.name() + " " + packet.text()));
        }
        assertThrows(IllegalStateException.class, () -> first.onRequest((from, packet) -> null));
        CompletionStage<Gathered<Map<NodeInfo, Packet>>> all = first.request(Packet.text("q"), SECOND);
        NodeInfo last = cluster.nodes.get(2).cluster().self();
        CompletionStage<Gathered<Map<NodeInfo, Packet>>> one = first.request(Set.of(last), Packet.text("p"), SECOND);
        first.emit(Packet.text("e"));
        cluster.pass(50);
        assertEquals(
                Set.of("node-0", "node-1", "node-2"),
                now(all).all().values().stream().map(Packet::text).collect(Collectors.toSet()));
        assertEquals(Map.of(last, Packet.text("node-2")), now(one).all());
        assertEquals(
                Set.of(
                        "node-0 node-0 q",
                        "node-1 node-0 q",
                        "node-2 node-0 q",
                        "node-2 node-0 p",
                        "node-0 node-0 e",
                        "node-1 node-0 e",
                        "node-2 node-0 e"),
                Set.copyOf(heard));
    }

    @Test
    void aNodeWithoutHandlerAndOneThatIsGoneAreMissing() {
        NodeInfo last = cluster.nodes.get(2).cluster().self();
        CompletionStage<Gathered<Map<NodeInfo, Packet>>> all = first.request(Packet.text("q"), SECOND);
        cluster.pass(50);
        assertEquals(3, now(all).missing().size());
        cluster.close(2);
        cluster.pass(50);
        CompletionStage<Gathered<Map<NodeInfo, Packet>>> one = first.request(Set.of(last), Packet.text("q"), SECOND);
        cluster.pass(50);
        assertEquals(Set.of(last), now(one).missing());
    }

    @Test
    void presenceBeginsWithWhoIsThereAndGoesOnWithWhoComesAndGoes() {
        ann.joins("r");
        cluster.pass(10);
        Log log = new Log();
        Registration watching = first.watch("r", log);
        cluster.pass(50);
        assertEquals(List.of("began [ann-1]"), log.takeAll());
        annToo.joins("r");
        bob.joins("r");
        cluster.pass(50);
        assertEquals(Set.of("joined ann-2", "joined bob-1", "arrived bob"), Set.copyOf(log.takeAll()));
        ann.node.leave(ann.member, "r");
        bob.node.remove(bob.member);
        cluster.pass(50);
        assertEquals(Set.of("left ann-1", "left bob-1", "departed bob"), Set.copyOf(log.takeAll()));
        watching.close();
        cluster.pass(50);
        annToo.node.leave(annToo.member, "r");
        cluster.pass(50);
        assertEquals(List.of(), log.takeAll());
    }

    /** The first answer is late: with its next heartbeat the watcher asks again, although it will have missed nothing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void changesWhileAWatcherAsksAgainAreToldOneByOne(long seed) {
        SimulatedCluster asking = SimulatedCluster.of(seed, 3);
        SimulatedCluster.Client bob = asking.client(2, "bob");
        asking.broker.transport(2).slow(SECOND.plusMillis(500), Duration.ZERO);
        AtomicBoolean asksAgain = new AtomicBoolean();
        asking.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void published(String channel, byte[] frame) {
                boolean isList =
                        FrameCodec.decode(frame, null).messages().stream().anyMatch(WatchList.class::isInstance);
                asksAgain.compareAndSet(false, isList);
            }
        });
        Log log = new Log();
        asking.nodes.get(0).cluster().watch("r", log);
        // What bob does before his node knows of the watch is not told.
        asking.pass(2);
        asksAgain.set(false);
        // Shorter than what waits for a turn waits.
        Duration step = Duration.ofNanos(5_000);
        while (!asksAgain.get()) {
            asking.time.pass(step);
        }
        List<String> wanted = new ArrayList<>(List.of("began []"));
        for (int i = 0; i < 200; i++) {
            bob.node.join(bob.member, "r");
            bob.node.leave(bob.member, "r");
            wanted.addAll(List.of("joined bob", "left bob"));
            asking.time.pass(step);
        }
        asking.pass(4000);
        assertEquals(wanted, log.takeAll());
    }

    @Test
    void presenceRepairsItselfAfterLossesOutagesAndDeaths() {
        Log log = new Log();
        first.watch("r", log);
        cluster.pass(50);
        assertEquals(List.of("began []"), log.takeAll());
        cluster.broker.output((to, frame) -> 0);
        bob.joins("r");
        cluster.pass(5);
        cluster.broker.output((to, frame) -> 1);
        cluster.pass(4000);
        assertEquals(List.of("joined bob-1", "arrived bob"), log.takeAll(), "the change was lost");
        cluster.broker.transport(0).breakLink(SECOND);
        cluster.pass(10);
        annToo.joins("r");
        bob.node.leave(bob.member, "r");
        cluster.pass(3000);
        assertEquals(Set.of("joined ann-2", "arrived ann", "left bob-1", "departed bob"), Set.copyOf(log.takeAll()));
        cluster.broker.transport(1).kill();
        cluster.pass(6000);
        assertEquals(List.of("left ann-2", "departed ann"), log.takeAll());
    }

    @Test
    void occupancyIsToldOfTheWholeCluster() {
        List<String> told = new ArrayList<>();
        first.watchOccupancy("r", occupancy(told));
        cluster.pass(50);
        assertEquals(List.of("vacated"), told);
        annToo.joins("r");
        bob.joins("r");
        cluster.pass(50);
        annToo.node.leave(annToo.member, "r");
        cluster.pass(50);
        assertEquals(List.of("vacated", "occupied"), told);
        bob.node.leave(bob.member, "r");
        cluster.pass(50);
        assertEquals(List.of("vacated", "occupied", "vacated"), told);
    }

    @Test
    void occupancyIsNotRememberedFromBeforeTheRoomWasWatchedCloser() {
        bob.joins("r");
        List<String> told = new ArrayList<>();
        first.watchOccupancy("r", occupancy(told));
        cluster.pass(50);
        first.watch("r", new Log());
        cluster.pass(50);
        bob.node.leave(bob.member, "r");
        cluster.pass(50);
        assertEquals(List.of("occupied", "vacated"), told);
    }

    @Test
    void occupancyHearsNothingOfACloserWatchBefore() {
        bob.joins("r");
        List<String> told = new ArrayList<>();
        first.watch("r", new Log()).close();
        first.watchOccupancy("r", occupancy(told));
        cluster.pass(50);
        bob.node.leave(bob.member, "r");
        cluster.pass(50);
        assertEquals(List.of("occupied", "vacated"), told);
    }

    private static OccupancyListener occupancy(List<String> told) {
        return new OccupancyListener() {
            @Override
            public void occupied() {
                told.add("occupied");
            }

            @Override
            public void vacated() {
                told.add("vacated");
            }
        };
    }

    @Test
    void aNodeThatComesLaterIsWatchedToo() {
        Log log = new Log();
        first.watch("r", log);
        cluster.pass(50);
        cluster.open();
        cluster.pass(500);
        Tab late = new Tab(3, "eve-1", "eve");
        late.joins("r");
        cluster.pass(50);
        assertEquals(List.of("began []", "joined eve-1", "arrived eve"), log.takeAll());
    }

    @Test
    void droppablePacketsPassByWhoDoesNotKeepUp() {
        List.of(ann, annToo, bob).forEach(tab -> tab.joins("r"));
        cluster.pass(10);
        ann.writable = false;
        bob.writable = false;
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("1").asDroppable());
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("2"));
        cluster.pass(10);
        assertEquals(List.of("2"), ann.received);
        assertEquals(List.of("1", "2"), annToo.received);
        assertEquals(List.of("2"), bob.received);
        Map<String, Long> counters = cluster.nodes.get(2).health().counters();
        assertEquals(1L, counters.get("packets.skipped"));
        assertEquals(1L, counters.get("packets.delivered"));
    }

    private static <T> T now(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertTrue(future.isDone(), "not answered yet");
        return future.join();
    }

    private static Set<String> ids(List<MemberInfo> members) {
        return members.stream().map(MemberInfo::id).collect(Collectors.toSet());
    }

    private static final class Log implements PresenceListener {

        private final List<String> events = new ArrayList<>();

        List<String> takeAll() {
            List<String> all = List.copyOf(events);
            events.clear();
            return all;
        }

        @Override
        public void began(List<MemberInfo> members) {
            events.add("began " + new TreeSet<>(ids(members)));
        }

        @Override
        public void joined(MemberInfo member) {
            events.add("joined " + member.id());
        }

        @Override
        public void left(MemberInfo member) {
            events.add("left " + member.id());
        }

        @Override
        public void arrived(String user) {
            events.add("arrived " + user);
        }

        @Override
        public void departed(String user) {
            events.add("departed " + user);
        }
    }

    /** A connection of a user. */
    private final class Tab implements Connection {

        private final Adapter node;
        private final String id;
        private final String user;
        private final Member member;
        private final List<String> received = new ArrayList<>();
        private boolean writable = true;
        private CompletionStage<Packet> answer =
                CompletableFuture.failedStage(new UnsupportedOperationException("not asked"));

        Tab(int node, String id, String user) {
            this.node = cluster.nodes.get(node);
            this.id = id;
            this.user = user;
            this.member = this.node.add(this);
        }

        void joins(String room) {
            node.join(member, room);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Optional<String> user() {
            return Optional.of(user);
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of("tab", id);
        }

        @Override
        public boolean writable() {
            return writable;
        }

        @Override
        public CompletionStage<Packet> ask(Packet question) {
            return answer;
        }

        @Override
        public void send(Packet packet) {
            received.add(packet.text());
        }

        @Override
        public void disconnect(DisconnectReason reason) {
            received.add("disconnected: " + reason.kind() + ", " + reason.text());
        }
    }
}
