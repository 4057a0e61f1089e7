package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Naming;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A newcomer knows of every node that the others know before it has met them all, whatever frames are lost, and whoever comes and goes
 * meanwhile (Rule 5.5). The heartbeat is a second, its timeout 3 s, and the wait for answers 100 ms.
 */
class HelloRoundInVirtualTimeTest {

    private static final Incarnation EARLIER = new Incarnation(4, 711);
    private static final Incarnation GHOST = new Incarnation(47, 11);
    private static final ChannelNames CHANNELS = new ChannelNames("roomcast", "/", 512);

    private SimulatedCluster cluster = SimulatedCluster.of(1, 3);
    /** What does not come to the newcomer, and of what it sends to others. */
    private Predicate<Frame> isLostToIt = frame -> false;

    private Predicate<Frame> isLostOfIt = frame -> false;
    private final List<Frame> published = new ArrayList<>();
    private final List<String> publishedOn = new ArrayList<>();

    /** A node comes, and hears nothing of the node with number 1. */
    private Adapter comesWithoutHearing(int size) {
        cluster = SimulatedCluster.of(1, size);
        return comesWithoutHearing();
    }

    private Adapter comesWithoutHearing() {
        String unheard = incarnation(1);
        isLostToIt = frame -> frame.from().toString().equals(unheard);
        return comes();
    }

    private Adapter comes() {
        Adapter newcomer = cluster.open();
        SimulatedTransport its = cluster.broker.newest();
        String self = newcomer.cluster().self().incarnation();
        cluster.broker.output((to, bytes) -> {
            Frame frame = FrameCodec.decode(bytes, null);
            boolean isLost = to == its ? isLostToIt.test(frame) : isFrom(self, frame) && isLostOfIt.test(frame);
            return isLost ? 0 : 1;
        });
        cluster.broker.witness(new SimulatedBroker.Witness() {
            @Override
            public void published(String channel, byte[] bytes) {
                publishedOn.add(channel);
                published.add(FrameCodec.decode(bytes, null));
            }
        });
        return newcomer;
    }

    private static boolean isFrom(String incarnation, Frame frame) {
        return frame.from().toString().equals(incarnation);
    }

    private static boolean holds(Frame frame, Class<? extends Message> kind) {
        return frame.messages().stream().anyMatch(kind::isInstance);
    }

    private static boolean holdsNames(Frame frame) {
        return frame.messages().stream()
                .anyMatch(message ->
                        message instanceof Welcome welcome && !welcome.known().isEmpty());
    }

    private String incarnation(int node) {
        return cluster.nodes.get(node).cluster().self().incarnation();
    }

    private long count(Predicate<Frame> which) {
        return published.stream().filter(which).count();
    }

    private static Set<String> names(Adapter node) {
        return node.cluster().nodes().stream().map(NodeInfo::name).collect(Collectors.toSet());
    }

    @Test
    void answersThatAreAllHeardNameNobody() {
        Adapter newcomer = comes();
        cluster.pass(110);
        assertEquals(Status.UP, newcomer.health().status());
        assertEquals(4, newcomer.cluster().nodes().size());
        assertEquals(3, count(frame -> holds(frame, Welcome.class)));
        assertEquals(0, count(HelloRoundInVirtualTimeTest::holdsNames));
        assertEquals(0, count(frame -> holds(frame, NamesRequest.class)));
    }

    @Test
    void whoseAnswerIsLostIsNamedByOneOfTheOthersAndWaitedFor() {
        Adapter newcomer = comesWithoutHearing();
        cluster.pass(110);
        assertEquals(Status.STARTING, newcomer.health().status());
        assertEquals(Set.of("node-0", "node-1", "node-2", "node-3"), names(newcomer));
        assertEquals(1, count(HelloRoundInVirtualTimeTest::holdsNames));
        cluster.pass(500);
        assertEquals(Status.STARTING, newcomer.health().status());
        isLostToIt = frame -> false;
        cluster.pass(600);
        assertEquals(Status.UP, newcomer.health().status(), "it answers the repeated hello");
        assertEquals(1, count(frame -> holds(frame, NamesRequest.class)));
    }

    @Test
    void aRequestForNamesThatIsLostIsPutToAnother() {
        isLostOfIt = frame -> holds(frame, NamesRequest.class);
        Adapter newcomer = comesWithoutHearing();
        cluster.pass(400);
        assertEquals(Status.STARTING, newcomer.health().status());
        assertEquals(3, newcomer.cluster().nodes().size());
        isLostOfIt = frame -> false;
        cluster.pass(100);
        assertEquals(4, newcomer.cluster().nodes().size());
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < published.size(); i++) {
            if (holds(published.get(i), NamesRequest.class)) {
                asked.add(publishedOn.get(i));
            }
        }
        assertEquals(2, asked.size(), "the second request asks another node");
    }

    @Test
    void namesThatComeInPartsCountOnceAllHaveCome() {
        cluster.broker.capabilities(TransportCapabilities.of(1_024));
        for (int i = 0; i < 27; i++) {
            cluster.open();
        }
        cluster.pass(2_000);
        String unheard = incarnation(1);
        int[] parts = {0};
        Adapter newcomer = comesWithoutHearing();
        isLostToIt = frame -> isFrom(unheard, frame) || holdsNames(frame) && parts[0]++ == 0;
        cluster.pass(400);
        assertTrue(parts[0] > 1, "the names come in one part");
        assertEquals(Status.STARTING, newcomer.health().status());
        cluster.pass(200);
        assertEquals(31, newcomer.cluster().nodes().size());
    }

    /** The one that has answered is gone before it can tell the names. */
    @Test
    void anotherHelloIsSaidIfNobodyIsLeftWhoCouldTellTheNames() {
        Adapter newcomer = comesWithoutHearing(2);
        cluster.pass(50);
        assertEquals(2, newcomer.cluster().nodes().size());
        isLostToIt = frame -> false;
        cluster.close(0);
        cluster.pass(100);
        assertEquals(Status.STARTING, newcomer.health().status());
        cluster.pass(60);
        assertEquals(Status.UP, newcomer.health().status());
        assertEquals(Set.of("node-1", "node-2"), names(newcomer));
    }

    /** Who lives has been heard by then; who has not has timed out. */
    @Test
    void aNodeThatTellsNoNamesIsWaitedForNoLongerThanForASilentOne() {
        isLostOfIt = frame -> holds(frame, NamesRequest.class);
        Adapter newcomer = comesWithoutHearing(2);
        cluster.pass(3_000);
        assertEquals(Status.STARTING, newcomer.health().status());
        cluster.pass(800);
        assertEquals(Status.UP, newcomer.health().status());
    }

    @Test
    void manyHellosAreAnsweredTogether() {
        comes();
        for (int i = 0; i < 19; i++) {
            cluster.open();
        }
        cluster.pass(200);
        String answering = incarnation(0);
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < published.size(); i++) {
            if (isFrom(answering, published.get(i)) && holds(published.get(i), Welcome.class)) {
                answers.add(i);
            }
        }
        assertEquals(3, answers.size(), "two of twenty are answered one by one, and the others by one message for all");
        assertEquals(CHANNELS.namespace(), publishedOn.get(answers.get(2)));
        cluster.nodes.forEach(node -> {
            assertEquals(Status.UP, node.health().status());
            assertEquals(23, node.cluster().nodes().size());
        });
    }

    /** A node that has not been answered yet does not know who is asking. */
    @Test
    void whoIsToBeAnsweredTogetherWithOthersCanBeAskedAndToldSomethingBefore() {
        Adapter asking = comes();
        cluster.pass(500);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Adapter newcomer = cluster.open();
            newcomer.cluster().onEmit((from, packet) -> told.add(packet.text()));
        }
        while (asking.cluster().nodes().size() < 10) {
            cluster.time.pass(Duration.ofNanos(10_000));
        }
        CompletionStage<Gathered<Set<String>>> rooms = asking.cluster().roomNames();
        asking.cluster().emit(Packet.text("news"));
        long before = count(frame -> holds(frame, Welcome.class) && isFrom(incarnation(3), frame));
        assertTrue(before < 6, "all have been answered already");
        cluster.pass(20);
        assertTrue(rooms.toCompletableFuture().isDone());
        assertEquals(Set.of(), rooms.toCompletableFuture().join().missing());
        assertEquals(List.of("news", "news", "news", "news", "news", "news"), told);
    }

    /** The answer to the hello of a node cannot be published: that node would take what comes later for a stranger's. */
    @Test
    void whoCouldNotBeAnsweredIsAnsweredBeforeItIsToldAnythingElse() {
        cluster = SimulatedCluster.of(1, 1);
        cluster.pass(450);
        for (int unnoticed : List.of(0, 60)) {
            Adapter answering = cluster.nodes.get(0);
            cluster.broker.transport(0).breakSpeaking(Duration.ofMillis(unnoticed), Duration.ofMillis(200));
            Adapter newcomer = cluster.open();
            List<String> told = new ArrayList<>();
            newcomer.cluster().onEmit((from, packet) -> told.add(from.name() + " " + packet.text()));
            String self = newcomer.cluster().self().incarnation();
            cluster.pass(100);
            assertTrue(
                    answering.cluster().nodes().stream()
                            .anyMatch(node -> node.incarnation().equals(self)),
                    "the hello has not come");
            assertTrue(told.isEmpty() && !names(newcomer).contains("node-0"), "the answer has come");
            cluster.pass(110 + unnoticed);
            answering.cluster().emit(Packet.text("news"));
            cluster.pass(50);
            assertEquals(List.of("node-0 news"), told);
            // Between two heartbeats.
            cluster.pass(740 - unnoticed);
        }
    }

    // ---- nodes of earlier releases, which know of no hashes

    @Test
    void aHelloOfAnEarlierReleaseIsAnsweredWithNames() {
        comes();
        cluster.pass(200);
        published.clear();
        publishedOn.clear();
        publish(
                CHANNELS.namespace(),
                EARLIER,
                new Hello(7, "earlier", FrameCodec.VERSIONS, ChannelMode.PER_ROOM, Naming.LIST));
        cluster.pass(50);
        Set<String> named = new HashSet<>();
        int answers = 0;
        for (int i = 0; i < published.size(); i++) {
            if (publishedOn.get(i).equals(CHANNELS.node(EARLIER))) {
                Welcome answer = (Welcome) published.get(i).messages().get(0);
                assertEquals(OptionalLong.empty(), answer.received());
                assertEquals(7, answer.round());
                // The other three, and who has asked.
                assertEquals(4, answer.known().size());
                answer.known().forEach(node -> named.add(node.name()));
                answers++;
            }
        }
        assertEquals(4, answers);
        assertEquals(Set.of("node-0", "node-1", "node-2", "node-3", "earlier"), named);
    }

    @Test
    void whomAnEarlierReleaseNamesIsWaitedFor() {
        Adapter newcomer = comes();
        cluster.pass(20);
        Incarnation self = Incarnation.random(() -> 0);
        long round = 0;
        for (Frame frame : published) {
            if (frame.messages().get(0) instanceof Hello hello) {
                round = hello.round();
                self = frame.from();
            }
        }
        List<Named> known = List.of(new Named(GHOST, "ghost"));
        publish(CHANNELS.node(self), EARLIER, new Welcome(round, "earlier", FrameCodec.VERSIONS, known));
        cluster.pass(2_500);
        assertEquals(Status.STARTING, newcomer.health().status());
        assertTrue(
                names(newcomer).containsAll(Set.of("earlier", "ghost")),
                () -> names(newcomer).toString());
        cluster.pass(1_500);
        assertEquals(Status.UP, newcomer.health().status());
    }

    /** Its names are ignored, so its set is not named by them either. */
    @Test
    void namesThatComeInAnswerToAnEarlierRoundNameNobodyInThisOne() {
        Adapter newcomer = comes();
        cluster.pass(20);
        Frame hello = published.stream()
                .filter(frame -> holds(frame, Hello.class))
                .findFirst()
                .orElseThrow();
        Incarnation self = hello.from();
        long round = ((Hello) hello.messages().get(0)).round();
        OptionalLong hash = OptionalLong.of(EARLIER.high() ^ GHOST.high() ^ self.high());
        publish(CHANNELS.node(self), EARLIER, 1, answer(round, List.of(), hash));
        cluster.pass(110);
        assertTrue(publishedOn.contains(CHANNELS.node(EARLIER)), "the node is not asked for names");
        List<Named> names = List.of(new Named(GHOST, "ghost"), new Named(self, "newcomer"));
        publish(CHANNELS.node(self), EARLIER, 2, answer(round + 1, names, hash));
        cluster.pass(20);
        assertEquals(Status.STARTING, newcomer.health().status(), "the node has not answered this round");
        publish(CHANNELS.node(self), EARLIER, 3, answer(round, names, hash));
        cluster.pass(20);
        assertTrue(names(newcomer).contains("ghost"));
    }

    private static Welcome answer(long round, List<Named> names, OptionalLong hash) {
        return new Welcome(round, "earlier", FrameCodec.VERSIONS, names, ChannelMode.PER_ROOM, hash);
    }

    private void publish(String channel, Incarnation from, Message message) {
        publish(channel, from, 1, message);
    }

    private void publish(String channel, Incarnation from, long number, Message message) {
        byte[] frame = FrameCodec.encode(new Frame(from, 1, number, 0, 1, null, List.of(message)), null);
        cluster.broker.publish(cluster.broker.transport(0), channel, frame);
    }
}
