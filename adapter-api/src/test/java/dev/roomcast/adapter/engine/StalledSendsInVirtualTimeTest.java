package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Connections whose send takes its time. A send that blocks lets virtual time pass by itself: all other tasks, those of other threads,
 * run inside of it, until it returns.
 */
class StalledSendsInVirtualTimeTest {

    private static final Target ROOM = Target.room("room");

    private final SimulatedCluster cluster = SimulatedCluster.of(1, 2);
    private final Adapter sender = cluster.nodes.get(0);
    private final Adapter receiver = cluster.nodes.get(1);

    @Test
    void theRestOfARemoteWalkGoesToASuccessor() {
        List<StallingClient> clients = clients(receiver, 10);
        clients.get(4).blocks("p0", 1000);
        long begin = cluster.time.now();
        broadcast(sender, "p0");
        cluster.pass(500);
        clients.forEach(client -> assertEquals(List.of("p0"), client.received, client.id));
        assertTrue(millis(clients.get(3), 0, begin) < 10);
        long late = millis(clients.get(9), 0, begin);
        assertTrue(late >= 100 && late < 120, "after the stall: " + late);
        assertEquals(1, counter(receiver, "sends.stalled"));
    }

    @Test
    void theNextStallOfAWalkTakesHalfAsLongAndHealthIsUp() {
        List<StallingClient> clients = clients(receiver, 3);
        clients.get(0).blocks("p0", 1000);
        clients.get(1).blocks("p0", 1000);
        long begin = cluster.time.now();
        List<Status> seen = new ArrayList<>();
        cluster.time.after(
                Duration.ofMillis(80), () -> seen.add(receiver.health().status()));
        broadcast(sender, "p0");
        cluster.pass(3000);
        long late = millis(clients.get(2), 0, begin);
        assertTrue(late >= 150 && late < 180, "after both stalls: " + late);
        assertEquals(List.of(Status.UP), seen);
    }

    @Test
    void aStalledMembersPacketsWaitInOrderAndThenGoDirectlyAgain() {
        List<StallingClient> clients = clients(receiver, 3);
        StallingClient slow = clients.get(1);
        slow.blocks("p0", 1000);
        // Sent out of the lane, and p6 comes meanwhile.
        slow.blocks("p3", 300);
        for (int i = 0; i < 7; i++) {
            String packet = "p" + i;
            cluster.time.after(Duration.ofMillis(i * 200), () -> broadcast(sender, packet));
        }
        List<String> all = List.of("p0", "p1", "p2", "p3", "p4", "p5", "p6");
        cluster.pass(5000);
        clients.forEach(client -> assertEquals(all, client.received, client.id));
        assertEquals(0, held(receiver));
        assertEquals(1, counter(receiver, "sends.stalled"), "a lane that is being drained is watched by nobody");
        broadcast(sender, "p7");
        assertEquals("p6", last(slow));
        cluster.pass(5);
        assertEquals("p7", last(slow));
        slow.blocks("p8", 1000);
        broadcast(sender, "p8");
        broadcast(sender, "p9");
        cluster.pass(5000);
        assertEquals("p9", last(slow));
        assertEquals(10, slow.received.size());
        assertEquals(2, counter(receiver, "sends.stalled"));
    }

    @Test
    void theOtherMessagesOfTheSameFrameAreHandledOnce() {
        List<StallingClient> clients = clients(receiver, 3);
        clients.get(0).blocks("p0", 1000);
        clients.get(1).blocks("p2", 1000);
        IntStream.range(0, 5).forEach(i -> broadcast(sender, "p" + i));
        List<String> seen = new ArrayList<>();
        cluster.time.after(Duration.ofMillis(300), () -> seen.addAll(clients.get(2).received));
        cluster.pass(5000);
        assertEquals(List.of("p0", "p1", "p2", "p3", "p4"), seen);
        clients.forEach(client -> assertEquals(List.of("p0", "p1", "p2", "p3", "p4"), client.received, client.id));
    }

    @Test
    void sixteenThatBlockCostTheOthersLittle() {
        List<StallingClient> clients = clients(receiver, 200);
        for (int i = 0; i < 16; i++) {
            clients.get(i * 10).blocks("p0", 60_000);
        }
        long begin = cluster.time.now();
        broadcast(sender, "p0");
        cluster.time.after(Duration.ofMillis(1000), () -> broadcast(sender, "p1"));
        long[] seen = new long[4];
        cluster.time.after(Duration.ofMillis(2000), () -> {
            seen[0] = held(receiver);
            seen[1] = counter(receiver, "sends.stalled");
            seen[2] = millis(clients.get(199), 0, begin);
            seen[3] = millis(clients.get(199), 1, begin);
        });
        cluster.pass(100_000);
        assertEquals(16, seen[0]);
        assertEquals(16, seen[1]);
        assertTrue(seen[2] <= 300, "the first packet came after " + seen[2] + " ms");
        assertTrue(seen[3] <= 1010, "the second packet came after " + seen[3] + " ms");
        clients.forEach(client -> assertEquals(List.of("p0", "p1"), client.received, client.id));
        assertEquals(0, held(receiver));
        assertEquals(2, receiver.cluster().nodes().size(), "the protocol went on meanwhile");
    }

    @Test
    void pastSixtyFourThoseWhoHaveStoodStillLongestAreGivenUpAndNothingWaits() {
        List<StallingClient> clients = clients(receiver, 71);
        clients.subList(0, 70).forEach(client -> client.blocks("p0", 60_000));
        broadcast(sender, "p0");
        cluster.time.after(Duration.ofMillis(2000), () -> broadcast(sender, "p1"));
        List<Object> seen = new ArrayList<>();
        cluster.time.after(Duration.ofMillis(3000), () -> {
            seen.add(List.copyOf(clients.get(70).received));
            seen.add(counter(receiver, "members.given_up"));
            seen.add(held(receiver));
            seen.add(receiver.rooms().members("room").size());
        });
        cluster.time.after(Duration.ofMillis(30_000), () -> {
            seen.add(receiver.health().status());
            seen.add(sender.cluster().nodes().size());
        });
        cluster.pass(200_000);
        assertEquals(List.of(List.of("p0", "p1"), 6L, 70L, 65, Status.UP, 2), seen);
        assertEquals(0, held(receiver));
        assertEquals(
                List.of("c0", "c1", "c2", "c3", "c4", "c5"),
                clients.stream()
                        .filter(client -> !client.member().isPresent())
                        .map(client -> client.id)
                        .toList());
        clients.subList(0, 6).forEach(client -> assertEquals(List.of("p0"), client.received, client.id));
        clients.subList(6, 71).forEach(client -> assertEquals(List.of("p0", "p1"), client.received, client.id));
    }

    @Test
    void whoseLaneIsFullIsGivenUp() {
        StallingClient slow = clients(receiver, 1).get(0);
        slow.blocks("first", 1000);
        broadcast(sender, "first");
        cluster.time.after(
                Duration.ofMillis(500),
                () -> IntStream.range(0, 1500).forEach(i -> broadcast(sender, "p" + i + "x".repeat(1000))));
        cluster.pass(5000);
        assertEquals(List.of("first"), slow.received);
        assertEquals(1, counter(receiver, "members.given_up"));
        assertFalse(slow.member().isPresent());
    }

    @Test
    void packetsThatComeTooFastAreToldAsLostAndTheNodeIsHeardMeanwhile() {
        Adapter small = cluster.open(Map.of(
                "roomcast.queue.bytes",
                "20000",
                "roomcast.outage.bytes",
                "10000",
                "roomcast.limit.packet-bytes",
                "10000"));
        List<Loss> losses = new ArrayList<>();
        small.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }
        });
        StallingClient slow = clients(small, 1).get(0);
        cluster.pass(5000);
        int sent = 2000;
        for (int i = 0; i < sent; i++) {
            String packet = "p" + i;
            slow.blocks(packet, 50);
            cluster.time.after(Duration.ofMillis(10L * i), () -> broadcast(sender, packet));
        }
        int[] nodes = new int[2];
        cluster.time.after(Duration.ofMillis(19_000), () -> {
            nodes[0] = small.cluster().nodes().size();
            nodes[1] = sender.cluster().nodes().size();
        });
        cluster.pass(300_000);
        assertArrayEquals(new int[] {3, 3}, nodes);
        long dropped = counter(small, "packets.dropped");
        assertTrue(dropped > 0);
        assertEquals(sent, slow.received.size() + dropped);
        assertEquals(
                dropped,
                losses.stream().mapToLong(loss -> loss.frames().orElse(0)).sum());
        assertTrue(losses.stream().allMatch(loss -> loss.rooms().equals(Set.of("room"))), losses.toString());
        assertEquals(0, counter(small, "frames.dropped"));
        assertEquals(0, small.health().gauges().get("deliveries.bytes"));
    }

    @Test
    void aLocalWalkIsItsCallersOwn() {
        List<StallingClient> clients = clients(sender, 3);
        clients.get(1).blocks("p0", 1000);
        List<String> seen = new ArrayList<>();
        cluster.time.after(Duration.ofMillis(500), () -> {
            broadcast(sender, "p1");
            seen.addAll(clients.get(2).received);
        });
        broadcast(sender, "p0");
        assertEquals(1, counter(sender, "sends.stalled"));
        assertEquals(List.of("p1"), seen, "another walk goes on, and this one waits");
        cluster.pass(10);
        assertEquals(List.of("p0", "p1"), clients.get(1).received);
        assertEquals(List.of("p1", "p0"), clients.get(2).received, "two callers at the same time");
        broadcast(sender, "p2");
        assertEquals("p2", last(clients.get(1)));
    }

    @Test
    void aRemovedMembersLaneIsGone() {
        StallingClient slow = clients(receiver, 2).get(0);
        slow.blocks("p0", 1000);
        broadcast(sender, "p0");
        cluster.time.after(Duration.ofMillis(300), () -> broadcast(sender, "p1"));
        cluster.time.after(Duration.ofMillis(400), () -> receiver.remove(slow.member()));
        cluster.pass(5000);
        assertEquals(List.of("p0"), slow.received);
        assertEquals(0, held(receiver));
    }

    /** It was excepted when the delivery began, and is no member of the room when its turn comes: it is selected at no time. */
    @Test
    void whoWasExceptedAndGoesDuringAStallIsHandedNothing() {
        List<StallingClient> clients = clients(receiver, 3);
        clients.get(0).blocks("p0", 1000);
        clients.subList(1, 3).forEach(client -> receiver.join(client.member(), "excepted"));
        cluster.pass(10);
        sender.broadcast(ROOM.exceptRooms(Set.of("excepted")), Packet.text("p0"));
        cluster.time.after(Duration.ofMillis(50), () -> {
            receiver.remove(clients.get(1).member());
            receiver.leave(clients.get(2).member(), "room");
            receiver.leave(clients.get(2).member(), "excepted");
        });
        cluster.pass(5000);
        assertEquals(List.of("p0"), clients.get(0).received);
        assertEquals(List.of(), clients.get(1).received);
        assertEquals(List.of(), clients.get(2).received);
    }

    @Test
    void whoGoesFromOneExceptedRoomIntoAnotherDuringAStallIsHandedNothing() {
        List<StallingClient> clients = clients(receiver, 3);
        clients.get(0).blocks("p0", 1000);
        clients.subList(1, 3).forEach(client -> receiver.join(client.member(), "excepted"));
        cluster.pass(10);
        sender.broadcast(ROOM.exceptRooms(Set.of("excepted", "new")), Packet.text("p0"));
        cluster.time.after(
                Duration.ofMillis(50),
                () -> clients.subList(1, 3).forEach(client -> {
                    receiver.join(client.member(), "new");
                    receiver.leave(client.member(), "excepted");
                }));
        cluster.pass(5000);
        assertEquals(List.of("p0"), clients.get(0).received);
        assertEquals(List.of(), clients.get(1).received);
        assertEquals(List.of(), clients.get(2).received);
    }

    @Test
    void aNodeClosesWhileSendsBlock() {
        List<StallingClient> clients = clients(receiver, 80);
        clients.forEach(client -> client.blocks("p0", 10_000));
        broadcast(sender, "p0");
        boolean[] closed = new boolean[1];
        cluster.time.after(
                Duration.ofMillis(300), () -> cluster.close(1).whenComplete((done, failure) -> closed[0] = true));
        boolean[] inTime = new boolean[1];
        cluster.time.after(Duration.ofMillis(1400), () -> inTime[0] = closed[0]);
        cluster.pass(100_000);
        assertTrue(inTime[0], "close did not wait for what blocks");
        assertTrue(last(clients.get(79)).isEmpty(), "nothing is delivered after close");
        assertEquals(1, sender.cluster().nodes().size());
        assertFalse(Thread.interrupted(), "an interrupt was left behind");
    }

    @Test
    void aNodeClosesWithASendThatNobodyHasNoticedYet() {
        StallingClient slow = clients(receiver, 2).get(0);
        slow.blocks("p0", 10_000);
        broadcast(sender, "p0");
        boolean[] closed = new boolean[2];
        cluster.time.after(
                Duration.ofMillis(20), () -> cluster.close(1).whenComplete((done, failure) -> closed[0] = true));
        cluster.time.after(Duration.ofMillis(500), () -> closed[1] = closed[0]);
        cluster.pass(20_000);
        assertTrue(closed[1], "close did not wait for what blocks");
        assertFalse(Thread.interrupted(), "an interrupt was left behind");
    }

    @Test
    void aPauseOfTheProcessIsNoStall() {
        StallingClient paused = clients(receiver, 2).get(0);
        paused.pauses("p0", 3000);
        broadcast(sender, "p0");
        cluster.pass(10_000);
        assertEquals(0, counter(receiver, "sends.stalled"));
    }

    @Test
    void randomStallsLeaveTheOrderAsItIs() {
        for (long seed = 1; seed <= 20; seed++) {
            assertEquals("", firstPacketOutOfOrder(seed, 200), "seed " + seed);
        }
    }

    /** Five clients of a room, packets at random times, and one in ten sends that blocks; says what is not as it was sent. */
    static String firstPacketOutOfOrder(long seed, int packets) {
        StalledSendsInVirtualTimeTest world = new StalledSendsInVirtualTimeTest();
        List<StallingClient> clients = world.clients(world.receiver, 5);
        Random random = new Random(seed);
        List<String> sent = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < packets; i++) {
            String packet = "p" + i;
            sent.add(packet);
            at += random.nextInt(60);
            world.cluster.time.after(Duration.ofMillis(at), () -> broadcast(world.sender, packet));
            if (random.nextInt(10) == 0) {
                clients.get(random.nextInt(clients.size())).blocks(packet, random.nextInt(1000));
            }
        }
        world.cluster.pass(at + 200_000);
        return clients.stream()
                .filter(client -> !client.received.equals(sent))
                .map(client -> client.id + " has received " + client.received)
                .findFirst()
                .orElse("");
    }

    private List<StallingClient> clients(Adapter node, int count) {
        List<StallingClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StallingClient client = new StallingClient(cluster, node, "c" + i);
            node.join(client.member(), "room");
            clients.add(client);
        }
        cluster.pass(10);
        return clients;
    }

    private static void broadcast(Adapter node, String packet) {
        node.broadcast(ROOM, Packet.text(packet));
    }

    private static long held(Adapter node) {
        return node.health().gauges().get("sends.held");
    }

    private static long counter(Adapter node, String name) {
        return node.health().counters().getOrDefault(name, 0L);
    }

    private static String last(StallingClient client) {
        return client.received.isEmpty() ? "" : client.received.get(client.received.size() - 1);
    }

    private static long millis(StallingClient client, int packet, long since) {
        return Duration.ofNanos(client.times.get(packet) - since).toMillis();
    }
}
