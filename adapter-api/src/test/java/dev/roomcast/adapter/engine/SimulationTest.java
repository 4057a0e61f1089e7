package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs on several nodes in virtual time, beside a simple oracle. Without faults, whoever had joined when a packet was sent,
 * and stays, gets it, once and in order, and no loss is told; with links that break and frames that are lost or doubled, nobody gets
 * anything twice or out of order or that is not for it, whatever did not come is told as a loss where it was awaited, or failed its
 * stage where it was sent, and in the end everything is as it should be.
 */
class SimulationTest {

    private static final int NODES = 4;
    private static final int CLIENTS = 12;
    private static final int ROOMS = 5;
    private static final int STEPS = 600;
    private static final long TWO_HEARTBEATS = Duration.ofMillis(2_010).toNanos();
    /** Two heartbeats, and what a link takes to have its channels confirmed. */
    private static final long LATEST_REPORT = 2_100;

    private static final Duration ON_THE_WAY = Duration.ofMillis(2);

    private static final String SEVERAL = "several";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void withoutFaults(long seed) {
        new Program(seed, 0).run();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40})
    void withFaults(long seed) {
        new Program(seed, 40).run();
    }

    @ParameterizedTest
    @ValueSource(longs = {1001, 1009, 1012, 1014, 1017, 1019, 1055, 1057, 1065, 1093, 1098})
    void withManyFaults(long seed) {
        new Program(seed, 15).run();
        new Program(seed, 40).run();
    }

    @Tag("full")
    @ParameterizedTest
    @ValueSource(ints = {0, 15, 40})
    void withANewSeed(int stepsPerFault) {
        new Program(new Random().nextLong(), stepsPerFault).run();
    }

    /** A packet that a client of another node awaits. */
    private record Awaited(int client, String packet, Set<String> rooms, int from, long at, CompletionStage<?> stage) {

        boolean isForOneRoom() {
            return rooms.size() == 1;
        }
    }

    private static final class Program {

        private final long seed;
        private final int stepsPerFault;
        private final Random random;
        private final SimulatedCluster cluster;
        private final List<SimulatedCluster.Client> clients = new ArrayList<>();
        /** Of each client: the rooms that it is in, and the join of each. */
        private final List<Map<String, CompletionStage<Void>>> joined = new ArrayList<>();
        /** Of each client: what it must have got, and what it may have got. */
        private final List<Set<String>> must = new ArrayList<>();

        private final List<Set<String>> may = new ArrayList<>();
        /** With faults: what must have come, or be told as lost. */
        private final List<Awaited> awaited = new ArrayList<>();
        /** Of each node: what it was told. */
        private final List<List<Loss>> losses = new ArrayList<>();
        /** Of each node and room: since when other nodes' packets must come. */
        private final Map<String, Long> subscribedSince = new HashMap<>();
        /** Of each node, room and sender: whether anything has come since. */
        private final Set<String> heard = new HashSet<>();

        private long linksAreWellAt;
        private int sent;

        Program(long seed, int stepsPerFault) {
            this.seed = seed;
            this.stepsPerFault = stepsPerFault;
            this.random = new Random(seed);
            this.cluster = SimulatedCluster.of(seed, NODES);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(cluster.client(i % NODES, "client-" + i));
                joined.add(new HashMap<>());
                must.add(new HashSet<>());
                may.add(new HashSet<>());
            }
            for (Adapter node : cluster.nodes) {
                List<Loss> told = new ArrayList<>();
                losses.add(told);
                node.cluster().onEvent(new ClusterListener() {
                    @Override
                    public void lost(Loss loss) {
                        told.add(loss);
                    }
                });
            }
        }

        void run() {
            try {
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                cluster.pass(Math.max(0, linksAreWellAt - cluster.time.now() / 1_000_000));
                cluster.pass(LATEST_REPORT);
                checkLosses();
                cluster.pass(10_000);
                check();
                checkThatAllIsWell();
                if (stepsPerFault == 0) {
                    losses.forEach(told -> assertEquals(List.of(), told, "told without a fault"));
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", a fault every " + stepsPerFault + " steps", e);
            }
        }

        private void step() {
            int who = random.nextInt(CLIENTS);
            SimulatedCluster.Client client = clients.get(who);
            String room = "room-" + random.nextInt(ROOMS);
            switch (random.nextInt(6)) {
                case 0, 1 -> joined.get(who).put(room, client.node.join(client.member, room));
                case 2 -> leave(who, room);
                case 3, 4 -> broadcast(client, Target.room(room), Set.of(room));
                default -> anyTarget(client, room);
            }
            if (stepsPerFault > 0 && random.nextInt(stepsPerFault) == 0) {
                fault(cluster.broker.transport(random.nextInt(NODES)));
            }
            if (random.nextInt(3) == 0) {
                cluster.pass(random.nextInt(3));
            } else if (random.nextInt(20) == 0) {
                cluster.pass(random.nextInt(1500));
            }
            look();
        }

        private void fault(SimulatedTransport node) {
            switch (random.nextInt(4)) {
                case 0 -> breakLink(node, random.nextInt(4) == 0 ? random.nextInt(5000) : 50);
                case 1, 2 -> node.dropNext(1 + random.nextInt(2));
                default -> node.doubleNext(1 + random.nextInt(2));
            }
        }

        private void breakLink(SimulatedTransport node, int millis) {
            node.breakLink(Duration.ofMillis(millis));
            linksAreWellAt = Math.max(linksAreWellAt, cluster.time.now() / 1_000_000 + millis);
        }

        /** Which rooms are subscribed where, as far as a client can know, and who was heard in them. */
        private void look() {
            for (int node = 0; node < NODES; node++) {
                for (int room = 0; room < ROOMS; room++) {
                    String name = "room-" + room;
                    String key = node + " " + name;
                    if (!cluster.nodes.get(node).rooms().names().contains(name)) {
                        subscribedSince.remove(key);
                        String of = key + " ";
                        heard.removeIf(one -> one.startsWith(of));
                    } else if (isSubscribed(node, name)) {
                        subscribedSince.putIfAbsent(key, cluster.time.now());
                    }
                }
            }
            for (Awaited one : awaited) {
                int node = one.client() % NODES;
                if (clients.get(one.client()).hasReceived(one.packet())) {
                    String place = node + " "
                            + (one.isForOneRoom() ? one.rooms().iterator().next() : SEVERAL);
                    if (!one.isForOneRoom() || subscribedSince.getOrDefault(place, Long.MAX_VALUE) < one.at()) {
                        heard.add(place + " " + one.from());
                    }
                }
            }
        }

        private boolean isSubscribed(int node, String room) {
            for (int i = node; i < CLIENTS; i += NODES) {
                CompletionStage<Void> join = joined.get(i).get(room);
                if (join != null && SimulatedCluster.isDone(join)) {
                    return true;
                }
            }
            return false;
        }

        private void leave(int who, String room) {
            SimulatedCluster.Client client = clients.get(who);
            client.node.leave(client.member, room);
            joined.get(who).remove(room);
            awaited.removeIf(
                    one -> one.client() == who && one.rooms().contains(room) && !client.hasReceived(one.packet()));
            // What is under way may be lost to it.
            must.get(who).removeIf(packet -> !client.hasReceived(packet));
        }

        private void anyTarget(SimulatedCluster.Client sender, String room) {
            String other = "room-" + random.nextInt(ROOMS);
            Set<String> both = new HashSet<>(List.of(room, other));
            if (random.nextBoolean()) {
                broadcast(sender, Target.rooms(both), both);
            } else {
                broadcast(sender, Target.everyone(), Set.of());
            }
        }

        /** The oracle; no rooms means everyone. */
        private void broadcast(SimulatedCluster.Client sender, Target target, Set<String> rooms) {
            int from = cluster.nodes.indexOf(sender.node);
            String kind = rooms.size() == 1 ? rooms.iterator().next() : SEVERAL;
            String packet = from + ":" + sent++ + ":" + kind;
            List<Integer> remote = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Map<String, CompletionStage<Void>> in = joined.get(i);
                boolean local = clients.get(i).node == sender.node;
                boolean sure = rooms.isEmpty()
                        || rooms.stream()
                                .anyMatch(r -> in.containsKey(r) && (local || SimulatedCluster.isDone(in.get(r))));
                if (sure && (stepsPerFault == 0 || local)) {
                    must.get(i).add(packet);
                } else if (sure && isKnownToCome(i % NODES, rooms, from)) {
                    remote.add(i);
                }
                may.get(i).add(packet);
            }
            CompletionStage<?> stage = sender.node.broadcast(target, Packet.text(packet));
            long now = cluster.time.now();
            remote.forEach(i -> awaited.add(new Awaited(i, packet, rooms, from, now, stage)));
        }

        /**
         * What a sender sends in a room before it was heard there, and before its next heartbeat, cannot be missed by its number; a
         * heartbeat may be lost itself, and is in an outage.
         */
        private boolean isKnownToCome(int node, Set<String> rooms, int from) {
            boolean isForOneRoom = rooms.size() == 1;
            String place = node + " " + (isForOneRoom ? rooms.iterator().next() : SEVERAL);
            long subscribed = isForOneRoom ? subscribedSince.getOrDefault(place, Long.MAX_VALUE) : 0;
            long since = Math.max(subscribed, Duration.ofMillis(linksAreWellAt).toNanos());
            return heard.contains(place + " " + from) || cluster.time.now() - since > TWO_HEARTBEATS;
        }

        /** Whatever was awaited and has not come was told as lost, or has failed its stage. */
        private void checkLosses() {
            List<String> silent = new ArrayList<>();
            for (Awaited one : awaited) {
                boolean came = clients.get(one.client()).hasReceived(one.packet());
                boolean failed = one.stage().toCompletableFuture().isCompletedExceptionally();
                if (!came
                        && !failed
                        && losses.get(one.client() % NODES).stream().noneMatch(loss -> covers(loss, one))) {
                    silent.add(one + " at node " + one.client() % NODES + ", told " + losses.get(one.client() % NODES));
                }
            }
            assertEquals(List.of(), silent, "lost silently");
        }

        private boolean covers(Loss loss, Awaited one) {
            boolean concerned = one.isForOneRoom()
                    ? loss.scope() == Loss.Scope.ROOMS && loss.rooms().containsAll(one.rooms())
                    : loss.scope() == Loss.Scope.NAMESPACE;
            NodeInfo sender = cluster.nodes.get(one.from()).cluster().self();
            boolean same = loss.kind() == Loss.Kind.POSSIBLE && loss.from().isEmpty()
                    || loss.from().equals(Optional.of(sender));
            // It was on its way for a while.
            Instant sentAt = Instant.EPOCH.plusNanos(one.at());
            boolean then = !loss.since().isAfter(sentAt.plus(ON_THE_WAY))
                    && !loss.until().isBefore(sentAt);
            return concerned && same && then;
        }

        private void check() {
            for (int i = 0; i < CLIENTS; i++) {
                List<String> received = clients.get(i).received;
                Set<String> distinct = new HashSet<>(received);
                assertEquals(distinct.size(), received.size(), "client " + i + " got something twice: " + received);
                Set<String> lost = new HashSet<>(must.get(i));
                lost.removeAll(distinct);
                assertEquals(Set.of(), lost, "client " + i + " did not get");
                Set<String> strange = new HashSet<>(distinct);
                strange.removeAll(may.get(i));
                assertEquals(Set.of(), strange, "client " + i + " must not get");
                checkOrder(i, received);
            }
        }

        /** Of each sender: what is for one room in that room's order, and what is for several in order with everything. */
        private void checkOrder(int client, List<String> received) {
            Map<String, Integer> last = new HashMap<>();
            for (String packet : received) {
                String[] parts = packet.split(":");
                String sender = parts[0];
                int number = Integer.parseInt(parts[1]);
                boolean barrier = parts[2].equals(SEVERAL);
                int before = Math.max(
                        last.getOrDefault(sender + parts[2], -1),
                        last.getOrDefault(sender + (barrier ? "" : SEVERAL), -1));
                if (before > number) {
                    fail("client " + client + " got " + packet + " after number " + before + " of that node");
                }
                last.merge(sender + parts[2], number, Math::max);
                last.merge(sender, number, Math::max);
            }
        }

        /** After the last fault every room delivers on every node, and no channel is subscribed that nobody wants. */
        private void checkThatAllIsWell() {
            for (int node = 0; node < NODES; node++) {
                assertEquals(
                        Status.UP,
                        cluster.nodes.get(node).health().status(),
                        cluster.nodes.get(node).health()::reason);
                assertEquals(NODES, cluster.nodes.get(node).cluster().nodes().size());
                int rooms = cluster.nodes.get(node).rooms().count();
                assertEquals(
                        rooms + 2,
                        cluster.broker.transport(node).subscriptions().size(),
                        "subscriptions of " + node);
            }
            for (int room = 0; room < ROOMS; room++) {
                String name = "room-" + room;
                cluster.nodes.get(room % NODES).broadcast(Target.room(name), Packet.text("last " + name));
                cluster.pass(10);
                for (int i = 0; i < CLIENTS; i++) {
                    boolean in = joined.get(i).containsKey(name);
                    assertEquals(in, clients.get(i).hasReceived("last " + name), "client " + i + " in " + name);
                }
            }
        }
    }
}
