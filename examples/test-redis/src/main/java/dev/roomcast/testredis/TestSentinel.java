package dev.roomcast.testredis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A real Redis master and a replica, watched by three Sentinels.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class TestSentinel implements AutoCloseable {
    /** The name by which the Sentinels know the master. */
    public static final String MASTER = "rooms";

    private static final int SENTINELS = 3;

    private final List<TestRedis> servers = new ArrayList<>();
    private final List<TestRedis> sentinels = new ArrayList<>();

    private TestSentinel() {}

    /**
     * Starts them, and returns when each Sentinel knows the others and the replica.
     *
     * @throws IllegalStateException if they do not come up
     */
    public static TestSentinel start() {
        TestSentinel all = new TestSentinel();
        try {
            all.begin();
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Returns a URL that names the Sentinels and the master. */
    public String url() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "#" + MASTER));
    }

    /** Returns a Sentinel, 0 to 2. */
    public TestRedis sentinel(int index) {
        return sentinels.get(index);
    }

    /** Returns the servers: the one that began as the master, and its replica. */
    public List<TestRedis> servers() {
        return List.copyOf(servers);
    }

    /** Returns the server that the Sentinels call master now. */
    public TestRedis master() {
        String known = askAny("SENTINEL MASTER " + MASTER);
        return servers.stream()
                .filter(server -> known.contains("port\n" + server.port() + "\n"))
                .findFirst()
                .orElseThrow();
    }

    /** Has the Sentinels make the other server the master while both live, and returns when it is. */
    public void failOver() {
        TestRedis before = master();
        askAny("SENTINEL FAILOVER " + MASTER);
        awaitSuccessorOf(before);
    }

    /** Waits until the Sentinels have made another server than this one the master. */
    public void awaitSuccessorOf(TestRedis before) {
        Eventually.await("failed over", () -> master() != before);
    }

    /**
     * Kills the master, has the Sentinels make the other server the master without waiting, and returns when it is.
     *
     * @return the one that was killed
     */
    public TestRedis replaceMaster() {
        TestRedis before = master();
        before.kill();
        askAny("SENTINEL FAILOVER " + MASTER);
        awaitSuccessorOf(before);
        return before;
    }

    /**
     * Waits until both servers are up, all Sentinels name the same master, that knows that it is, and the other one, that could take over;
     * after a failover that takes some seconds.
     */
    public void awaitAgreed() {
        awaitReplica();
        Eventually.await("agreed", () -> {
            TestRedis master = master();
            return isSettled(master) && servers.stream().allMatch(server -> hasItsRole(server, master));
        });
    }

    /** Waits until all Sentinels name the same master, and none is about to replace it. */
    public void awaitMaster() {
        Eventually.await("of one mind", () -> isSettled(master()));
    }

    /** Waits until no connection whose name begins so is to another server than the master. */
    public void awaitFollowed(String name) {
        Eventually.await("followed by " + name, () -> {
            TestRedis master = master();
            return servers.stream()
                    .filter(server -> server != master)
                    .noneMatch(server ->
                            RedisSocket.ask(server.port(), "CLIENT LIST").contains(" name=" + name));
        });
    }

    private boolean isSettled(TestRedis master) {
        return sentinels.stream().allMatch(sentinel -> isSettled(sentinel, master));
    }

    private static boolean isSettled(TestRedis sentinel, TestRedis master) {
        String known = RedisSocket.ask(sentinel.port(), "SENTINEL MASTER " + MASTER);
        return known.contains("port\n" + master.port() + "\n") && known.contains("flags\nmaster\n");
    }

    private static boolean hasItsRole(TestRedis server, TestRedis master) {
        String info = RedisSocket.ask(server.port(), "INFO replication");
        return server == master
                ? info.contains("role:master")
                : info.contains("master_port:" + master.port()) && info.contains("master_link_status:up");
    }

    /** Waits until a Sentinel that is up knows a replica that could take over. */
    public void awaitReplica() {
        Eventually.await("replicated", () -> {
            String replicas = askAny("SENTINEL REPLICAS " + MASTER);
            return replicas.contains("flags\nslave\n") && replicas.contains("master-link-status\nok\n");
        });
    }

    /** Asks the last Sentinel: the others a test may take away. */
    private String askAny(String command) {
        return RedisSocket.ask(sentinels.get(SENTINELS - 1).port(), command);
    }

    @Override
    public void close() {
        sentinels.forEach(TestRedis::close);
        servers.forEach(TestRedis::close);
    }

    private void begin() {
        TestRedis master = TestRedis.start();
        servers.add(master);
        TestRedis replica = TestRedis.start();
        servers.add(replica);
        // Not by an argument: restarted as the master, it would be a replica again. Sentinels keep the configuration up
        // to date.
        RedisSocket.ask(replica.port(), "REPLICAOF 127.0.0.1 " + master.port());
        RedisSocket.ask(replica.port(), "CONFIG REWRITE");
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(TestRedis.start("--sentinel"));
        }
        for (TestRedis sentinel : sentinels) {
            RedisSocket.ask(sentinel.port(), "SENTINEL MONITOR " + MASTER + " 127.0.0.1 " + master.port() + " 2");
            RedisSocket.ask(sentinel.port(), "SENTINEL SET " + MASTER + " down-after-milliseconds 1000");
            RedisSocket.ask(sentinel.port(), "SENTINEL SET " + MASTER + " failover-timeout 3000");
        }
        for (TestRedis sentinel : sentinels) {
            Eventually.await("complete", () -> {
                String known = RedisSocket.ask(sentinel.port(), "SENTINEL MASTER " + MASTER);
                return known.contains("num-slaves\n1\n") && known.contains("num-other-sentinels\n2\n");
            });
        }
    }
}
