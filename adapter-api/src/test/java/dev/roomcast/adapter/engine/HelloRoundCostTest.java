package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.engine.FuzzedNode.Place;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.config.ChannelMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many bytes the nodes of a cluster publish until they have met each other, and until nothing more comes of it. */
class HelloRoundCostTest {

    private static final int STEP_MILLIS = 50;
    private static final int MOST_STEPS = 1_200;
    private static final long MB = 1_000_000;
    private static final long OUTAGE_MILLIS = 2_000;
    /** A heartbeat, and what is asked then. */
    private static final long AFTERWARDS_MILLIS = 5_500;

    @Test
    void aHundredNodesThatStartAtOnceMeetAndMeetAgainAfterACommonOutage() {
        SimulatedCluster cluster = startedAtOnce(100, 2 * MB);
        assertMeetAgain(cluster, 1, 8_000, 2 * MB);
        // Some are back before others can be heard.
        assertMeetAgain(cluster, 1_000, 8_000, 2 * MB);
    }

    @Test
    @Tag("soak")
    void aThousandNodesThatStartAtOnceMeetAndMeetAgainAfterACommonOutage() {
        SimulatedCluster cluster = startedAtOnce(1_000, 100 * MB);
        assertMeetAgain(cluster, 500, 500_000, 100 * MB);
    }

    /** What one node more costs a cluster: an answer of each of the others, and no list. */
    @Test
    void oneNodeMoreCostsOneSmallAnswerOfEachOther() {
        SimulatedCluster cluster = startedAtOnce(100, 2 * MB);
        Traffic traffic = new Traffic(cluster);
        open(cluster);
        traffic.untilAllHaveMet();
        System.out.println("one more among 100 nodes " + traffic);
        assertTrue(traffic.frames <= 110, traffic::toString);
        assertTrue(traffic.published < 10_000, traffic::toString);
    }

    /** What one node does: it hears many hellos, cannot hear for a moment, and hears them all and their answers again. */
    @Test
    void whatARoundCostsANodeGrowsWithTheNodes() {
        Cost.assertLinear(6_000, count -> {
            FuzzedNode node = new FuzzedNode(1);
            Place namespace = node.places.get(0);
            Place own = node.places.get(1);
            for (int i = 1; i <= count; i++) {
                node.say(other(i), namespace, new Hello(i, "other", FrameCodec.VERSIONS));
            }
            node.pass(Duration.ofMillis(50));
            node.cut();
            for (int i = 1; i <= count; i++) {
                node.say(other(i), namespace, new Hello(i, "other", FrameCodec.VERSIONS));
                OptionalLong hash = OptionalLong.of(i);
                node.say(
                        other(i),
                        own,
                        new Welcome(0, "other", FrameCodec.VERSIONS, List.of(), ChannelMode.PER_ROOM, hash));
                node.say(other(i), own, new NamesRequest(i, i));
            }
            node.pass(Duration.ofMillis(500));
            assertEquals(count + 4, node.adapter.cluster().nodes().size());
        });
    }

    private static Incarnation other(int number) {
        return new Incarnation(number * 0x5DEECE66DL, number);
    }

    private static SimulatedCluster startedAtOnce(int nodes, long mostPublished) {
        SimulatedCluster cluster = SimulatedCluster.ofProcesses(1, 0);
        Traffic traffic = new Traffic(cluster);
        for (int i = 0; i < nodes; i++) {
            open(cluster);
        }
        traffic.untilAllHaveMet();
        cluster.pass(AFTERWARDS_MILLIS);
        System.out.println("started at once, " + nodes + " nodes " + traffic);
        assertTrue(traffic.published < mostPublished, traffic::toString);
        return cluster;
    }

    private static void assertMeetAgain(
            SimulatedCluster cluster, int backWithinMillis, long mostFrames, long mostPublished) {
        int nodes = cluster.nodes.size();
        for (int i = 0; i < nodes; i++) {
            long outage = OUTAGE_MILLIS + cluster.time.random().nextInt(backWithinMillis);
            cluster.broker.transport(i).breakLink(Duration.ofMillis(outage));
        }
        cluster.pass(OUTAGE_MILLIS - STEP_MILLIS);
        Traffic traffic = new Traffic(cluster);
        traffic.untilAllHaveMet();
        cluster.pass(AFTERWARDS_MILLIS);
        System.out.println("after an outage " + nodes + " nodes " + traffic);
        assertTrue(traffic.frames < mostFrames, traffic::toString);
        assertTrue(traffic.published < mostPublished, traffic::toString);
    }

    private static void open(SimulatedCluster cluster) {
        String name = "portfolio-7d9f8b6c5-x" + (1_000 + cluster.nodes.size());
        cluster.openProcess(Map.of("roomcast.node.name", name));
    }

    /** What the broker is sent, and sends, without what comes with every heartbeat. */
    private static final class Traffic implements SimulatedBroker.Witness {

        private final SimulatedCluster cluster;
        private long frames;
        private long published;
        private long delivered;
        private boolean isCounted;
        private int steps;

        Traffic(SimulatedCluster cluster) {
            this.cluster = cluster;
            cluster.broker.witness(this);
            cluster.broker.output((to, frame) -> {
                delivered += isCounted ? frame.length : 0;
                return 1;
            });
        }

        @Override
        public void published(String channel, byte[] frame) {
            List<Message> messages = FrameCodec.decode(frame, null).messages();
            isCounted =
                    !messages.stream().allMatch(message -> message instanceof Heartbeat || message instanceof Probe);
            frames += isCounted ? 1 : 0;
            published += isCounted ? frame.length : 0;
        }

        void untilAllHaveMet() {
            List<Adapter> waiting = new ArrayList<>(cluster.nodes);
            while (!waiting.isEmpty()) {
                assertTrue(steps++ < MOST_STEPS, () -> waiting.get(0).health().reason());
                cluster.pass(STEP_MILLIS);
                waiting.removeIf(node -> node.health().status() == Status.UP);
            }
            for (Adapter node : cluster.nodes) {
                assertEquals(cluster.nodes.size(), node.cluster().nodes().size());
            }
        }

        @Override
        public String toString() {
            return "published " + frames + " frames with " + published + " bytes, and " + delivered
                    + " bytes were delivered; they had met after " + steps * STEP_MILLIS + " ms";
        }
    }
}
