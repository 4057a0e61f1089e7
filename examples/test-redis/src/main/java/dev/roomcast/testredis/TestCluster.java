package dev.roomcast.testredis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real Redis Cluster for tests: masters, each with the slots that follow those of the one before, and replicas of them.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class TestCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;

    private final List<TestRedis> servers;
    private final int masters;
    private final List<String> ids = new ArrayList<>();

    private TestCluster(List<TestRedis> servers, int masters) {
        this.servers = List.copyOf(servers);
        this.masters = masters;
    }

    /**
     * Starts a Cluster, and returns when all its servers know that it is well.
     *
     * @param masters at least one; three are the least of which two can vote for a successor
     * @param replicasOfEach of each master
     * @param arguments further arguments of each {@code redis-server}, as {@link TestRedis#start(String...)} has them
     * @throws IllegalStateException if it does not come up
     */
    public static TestCluster start(int masters, int replicasOfEach, String... arguments) {
        List<TestRedis> servers = new ArrayList<>();
        try {
            List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"));
            Collections.addAll(all, arguments);
            for (int i = 0; i < masters * (1 + replicasOfEach); i++) {
                servers.add(TestRedis.start(all.toArray(String[]::new)));
            }
            TestCluster cluster = new TestCluster(servers, masters);
            cluster.join();
            return cluster;
        } catch (RuntimeException e) {
            servers.forEach(TestRedis::close);
            throw e;
        }
    }

    /** Returns a URL that names all servers, such as {@code redis://127.0.0.1:23456,127.0.0.1:23457}. */
    public String url() {
        return servers.stream()
                .map(server -> "127.0.0.1:" + server.port())
                .collect(Collectors.joining(",", "redis://", ""));
    }

    /** Returns a server: first come those that began as masters, in the order of their slots, and then the replicas, as often. */
    public TestRedis server(int index) {
        return servers.get(index);
    }

    /** Returns how many servers there are. */
    public int size() {
        return servers.size();
    }

    /**
     * Sends a command to a server and returns the answer, as text.
     *
     * @throws IllegalStateException if the answer is an error
     */
    public String ask(int index, String command) {
        return RedisSocket.ask(servers.get(index).port(), command);
    }

    /** Returns the index of the server that has a slot now, as the server of that index sees it, or -1. */
    public int masterOf(int slot, int asSeenBy) {
        return rangeOf(slot, asSeenBy).map(Range::master).orElse(-1);
    }

    /** Returns the last of the slots that follow a slot and have the same master, as the server of that index sees it, or -1. */
    public int lastBeside(int slot, int asSeenBy) {
        return rangeOf(slot, asSeenBy).map(Range::last).orElse(-1);
    }

    /** Slots that follow each other and have the same master. */
    private record Range(int master, int first, int last) {}

    private Optional<Range> rangeOf(int slot, int asSeenBy) {
        return ask(asSeenBy, "CLUSTER NODES")
                .lines()
                .flatMap(this::ranges)
                .filter(range -> range.first <= slot && slot <= range.last)
                .findFirst();
    }

    /** Those of one line of CLUSTER NODES. In brackets are slots that are about to move. */
    private Stream<Range> ranges(String line) {
        String[] words = line.trim().split(" ");
        return Arrays.stream(words)
                .skip(8)
                .filter(word -> !word.startsWith("["))
                .map(word -> {
                    String[] ends = word.split("-");
                    return new Range(
                            ids.indexOf(words[0]), Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
                });
    }

    /** Returns the indexes of the servers that have slots now, as the server of that index sees it. */
    public List<Integer> masters(int asSeenBy) {
        return ask(asSeenBy, "CLUSTER NODES")
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words[2].contains("master") && !words[2].contains("fail") && words.length > 8)
                .map(words -> ids.indexOf(words[0]))
                .sorted()
                .toList();
    }

    /**
     * Returns the index of a replica of a master, as that sees it.
     *
     * @throws IllegalStateException if it has none
     */
    public int replicaOf(int master) {
        return ask(master, "CLUSTER NODES")
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words[2].contains("slave") && words[3].equals(ids.get(master)))
                .map(words -> ids.indexOf(words[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(servers.get(master) + " has no replica"));
    }

    /**
     * Waits until all servers are up, agree on who has which slots, and each master has as many replicas as it began with; after a server was
     * away that takes some seconds.
     */
    public void awaitAgreed() {
        Eventually.await("agreed", () -> {
            String first = roles(0);
            return first.chars().filter(c -> c == 'm').count() == masters
                    && IntStream.range(1, servers.size()).allMatch(i -> roles(i).equals(first))
                    && IntStream.range(0, servers.size())
                            .mapToObj(i -> ask(i, "INFO replication"))
                            .allMatch(info -> info.contains("role:master") || info.contains("master_link_status:up"));
        });
        awaitWell();
    }

    /** Who is a master with slots, or a replica of whom, as a server sees it. */
    private String roles(int asSeenBy) {
        return ask(asSeenBy, "CLUSTER NODES")
                .lines()
                .map(line -> line.split(" "))
                .map(words -> ids.indexOf(words[0])
                        + (words[2].contains("slave") ? "r" + ids.indexOf(words[3]) : "m")
                        + String.join(",", List.of(words).subList(8, words.length))
                        + (words[2].contains("fail") || words[7].equals("disconnected") ? "?" : ""))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /**
     * Moves slots, which hold no keys, from the master that has them to another, and returns when all servers that are up know.
     *
     * @param first the first slot
     * @param last the last slot
     * @param to the index of the master that gets them
     */
    public void move(int first, int last, int to) {
        String id = ids.get(to);
        int from = masterOf(first, to);
        // A master that was importing gets an epoch later than all that it knows of, so that the others believe it.
        // If it does not know the old master's epoch yet, it believes an earlier claim of that one, and then each of
        // the two names the other one for good.
        Eventually.await("aware of each other's epochs", () -> epochOf(from, to) == epochOf(from, from));
        ask(to, "CLUSTER SETSLOT " + first + " IMPORTING " + ids.get(from));
        for (int slot = first; slot <= last; slot++) {
            ask(to, "CLUSTER SETSLOT " + slot + " NODE " + id);
            ask(from, "CLUSTER SETSLOT " + slot + " NODE " + id);
        }
        for (int i = 0; i < servers.size(); i++) {
            int server = i;
            Eventually.await("slots moved", () -> masterOf(first, server) == to && masterOf(last, server) == to);
        }
    }

    /**
     * Has the master of a slot take another one for its master, which goes on to take the first one for it: no master has the slot then,
     * for good, until it is {@linkplain #move moved} to one.
     */
    public void disown(int slot, int other) {
        int owner = masterOf(slot, other);
        ask(owner, "CLUSTER SETSLOT " + slot + " NODE " + ids.get(other));
        Eventually.await("disagreed", () -> masterOf(slot, owner) == other && masterOf(slot, other) == owner);
    }

    private long epochOf(int server, int asSeenBy) {
        return ask(asSeenBy, "CLUSTER NODES")
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words[0].equals(ids.get(server)))
                .mapToLong(words -> Long.parseLong(words[6]))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Makes a replica the master in its master's place, while both live, and returns when all servers know.
     *
     * @param replica the index of one that is a replica now
     */
    public void failOver(int replica) {
        awaitReplicated(replica);
        ask(replica, "CLUSTER FAILOVER");
        for (int i = 0; i < servers.size(); i++) {
            int server = i;
            Eventually.await("failed over", () -> masters(server).contains(replica));
        }
    }

    /**
     * Makes a replica the master in its master's place, without asking anybody, and returns when it takes itself for one.
     *
     * @param replica the index of one that is a replica now; its master may be down
     */
    public void takeOver(int replica) {
        ask(replica, "CLUSTER FAILOVER TAKEOVER");
        Eventually.await("taken over", () -> masters(replica).contains(replica));
    }

    /** Waits until a server has no connection any more whose name begins so. */
    public void awaitLeft(int index, String name) {
        Eventually.await("left by " + name, () -> !ask(index, "CLIENT LIST").contains(" name=" + name));
    }

    private void awaitReplicated(int replica) {
        Eventually.await("replicated", () -> ask(replica, "INFO replication").contains("master_link_status:up"));
    }

    /** Waits until all servers that answer say that the Cluster is well. */
    public void awaitWell() {
        for (TestRedis server : servers) {
            Eventually.await(
                    "well", () -> RedisSocket.ask(server.port(), "CLUSTER INFO").contains("cluster_state:ok"));
        }
    }

    @Override
    public void close() {
        servers.forEach(TestRedis::close);
    }

    private void join() {
        for (int i = 0; i < servers.size(); i++) {
            ids.add(ask(i, "CLUSTER MYID").trim());
            ask(i, "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
        }
        for (int i = 0; i < masters; i++) {
            ask(i, "CLUSTER ADDSLOTSRANGE " + SLOTS * i / masters + " " + (SLOTS * (i + 1) / masters - 1));
        }
        for (int i = 1; i < servers.size(); i++) {
            ask(0, "CLUSTER MEET 127.0.0.1 " + servers.get(i).port());
        }
        for (int i = 0; i < servers.size(); i++) {
            int server = i;
            Eventually.await(
                    "known to each other", () -> ids.stream().allMatch(ask(server, "CLUSTER NODES")::contains));
        }
        IntStream.range(masters, servers.size()).forEach(i -> ask(i, "CLUSTER REPLICATE " + ids.get(i % masters)));
        awaitWell();
        IntStream.range(masters, servers.size()).forEach(this::awaitReplicated);
    }
}
