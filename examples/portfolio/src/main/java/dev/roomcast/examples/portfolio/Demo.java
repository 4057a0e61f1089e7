package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.testredis.TestRedis;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Two nodes, the {@link ScalingCheck} on them, and a page to open on each: {@code ./mvnw -Pdemo}.
 *
 * <p>By default the nodes share this JVM, and need nothing. With {@code REDIS_URL} in the environment, or
 * {@code -Ddemo.redis=true}, which brings a Redis along, they are two processes that only Redis joins.
 * {@code -Ddemo.once=true} ends after the check, with its exit status.
 */
final class Demo implements AutoCloseable {
    private static final PrintStream OUT = ScalingCheck.OUT;
    private static final int FIRST_PORT = 3001;
    private static final int SECOND_PORT = 3002;
    private static final String REDIS_URL = "REDIS_URL";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Demo() {}

    public static void main(String... args) throws InterruptedException {
        String check = System.getProperty("demo.check", "").strip();
        if (!check.isEmpty()) {
            System.exit(ScalingCheck.run(List.of(check.split("\\s+")), OUT));
        }
        int status;
        try (Demo demo = new Demo()) {
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-shutdown"));
            status = demo.run();
        }
        System.exit(status);
    }

    private int run() throws InterruptedException {
        List<String> urls = startNodes();
        OUT.println();
        // Both nodes are cold, and a busy laptop is slow: more time than a check of running nodes gets.
        List<String> arguments = new ArrayList<>(urls);
        arguments.add("--timeout=60s");
        int status = ScalingCheck.run(arguments, OUT);
        if (!Boolean.getBoolean("demo.once")) {
            OUT.printf(
                    "%nOpen %s and %s, and send an update in one of them. Ctrl-C ends the demo.%n",
                    urls.get(0), urls.get(1));
            new CountDownLatch(1).await();
        }
        return status;
    }

    private List<String> startNodes() {
        String url = System.getenv().getOrDefault(REDIS_URL, "").strip();
        if (!url.isEmpty()) {
            return twoProcesses(url);
        }
        if (Boolean.getBoolean("demo.redis")) {
            return twoProcesses(owned(TestRedis.start()).url());
        }
        return oneJvm();
    }

    private List<String> oneJvm() {
        OUT.println("Two nodes in one JVM, joined in memory; -Ddemo.redis=true makes them two processes.");
        return Stream.of(
                        PortfolioServer.start(inMemory("node-1"), freeOr(FIRST_PORT)),
                        PortfolioServer.start(inMemory("node-2"), freeOr(SECOND_PORT)))
                .map(this::owned)
                .map(server -> "http://localhost:" + server.port())
                .toList();
    }

    private static AdapterConfig inMemory(String name) {
        return AdapterConfig.fromEnvironment()
                .with("roomcast.adapter", "memory")
                .with("roomcast.memory.bus", "demo")
                .with("roomcast.node.name", name);
    }

    private List<String> twoProcesses(String redisUrl) {
        OUT.println("Two nodes in two processes, joined by Redis.");
        Map<String, String> environment = Map.of("ROOMCAST_ADAPTER", "redis", REDIS_URL, redisUrl);
        List<NodeProcess> nodes = List.of(
                owned(NodeProcess.start("node-1", freeOr(FIRST_PORT), environment, OUT)),
                owned(NodeProcess.start("node-2", freeOr(SECOND_PORT), environment, OUT)));
        return nodes.stream().map(NodeProcess::url).toList();
    }

    /** Returns the port, or 0, which is any free one, if it is taken. */
    private static int freeOr(int port) {
        try (ServerSocket free = new ServerSocket(port)) {
            return free.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    private <T extends AutoCloseable> T owned(T part) {
        synchronized (parts) {
            parts.push(part);
        }
        return part;
    }

    /** Ends everything that was started, the last first. Idempotent. */
    @Override
    public void close() {
        synchronized (parts) {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (Exception e) {
                    System.err.println("Not closed: " + e);
                }
            }
        }
    }
}
