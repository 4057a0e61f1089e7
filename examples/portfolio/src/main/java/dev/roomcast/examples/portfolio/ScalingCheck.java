package dev.roomcast.examples.portfolio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.roomcast.examples.portfolio.CheckClient.CheckFailed;
import dev.roomcast.examples.portfolio.CheckClient.Received;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proves of two running nodes that they are one cluster: two clients, one on each, subscribe as the same user, and an update
 * sent through one node must reach the client on the other.
 *
 * <pre>
 * java -cp ... dev.roomcast.examples.portfolio.ScalingCheck [--timeout=10s] http://node1:3000 http://node2:3000
 * java -cp ... dev.roomcast.examples.portfolio.ScalingCheck https://load-balancer
 * </pre>
 *
 * <p>Behind one URL, that of a load balancer, clients are connected until two nodes were met. The exit status is 0 if all
 * went well, 1 if not, with the likely causes, and 2 if the arguments are not understood.
 */
public final class ScalingCheck {
    /** Not every platform's default has the ticks. */
    static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);
    private static final String TIMEOUT = "--timeout=";
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,4})s?");
    private static final int CONNECTIONS_TO_TRY = 50;
    private static final int PINGS = 20;
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final List<URI> urls;
    private final PrintStream out;
    /** For each answer, so that what is slow is not taken for what does not arrive. */
    private final Duration limit;

    private final ObjectNode identity =
            Json.object().put("event", "hello").put("userId", "scaling-check-" + UUID.randomUUID());
    private final List<CheckClient> clients = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private ScalingCheck(List<URI> urls, Duration limit, PrintStream out) {
        this.urls = urls;
        this.limit = limit;
        this.out = out;
    }

    /**
     * Runs the check and ends the process with its exit status.
     *
     * @param args one or two base URLs, and {@code --timeout=5s} if wanted
     */
    public static void main(String... args) {
        System.exit(run(Arrays.asList(args), OUT));
    }

    /** Runs the check, and returns the exit status. */
    static int run(List<String> arguments, PrintStream out) {
        Duration limit = DEFAULT_LIMIT;
        List<URI> urls = new ArrayList<>();
        try {
            for (String argument : arguments) {
                if (argument.startsWith(TIMEOUT)) {
                    limit = seconds(argument.substring(TIMEOUT.length()));
                } else {
                    urls.add(webSocket(argument));
                }
            }
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            urls.clear();
        }
        if (urls.isEmpty() || urls.size() > 2) {
            out.println("Usage: ScalingCheck [--timeout=10s] URL [URL]   (the nodes' base URLs, or a load balancer's)");
            return MISUSED;
        }
        return new ScalingCheck(urls, limit, out).run();
    }

    private static Duration seconds(String text) {
        Matcher seconds = SECONDS.matcher(text);
        if (!seconds.matches() || Integer.parseInt(seconds.group(1)) == 0) {
            throw new IllegalArgumentException(TIMEOUT + text + " is not accepted: expected seconds, such as 5s");
        }
        return Duration.ofSeconds(Integer.parseInt(seconds.group(1)));
    }

    private static URI webSocket(String url) {
        URI base = URI.create(url);
        if (base.getRawAuthority() == null) {
            throw new IllegalArgumentException(url + " is not accepted: expected a URL such as http://host:3000");
        }
        String scheme = switch (String.valueOf(base.getScheme())) {
            case "ws", "http" -> "ws";
            case "wss", "https" -> "wss";
            default ->
                throw new IllegalArgumentException(
                        url + " is not accepted: expected a URL that begins with http://, https://, ws:// or wss://");
        };
        String path = base.getPath() == null ? "" : base.getPath().replaceAll("/+$", "");
        return URI.create(scheme + "://" + base.getRawAuthority() + (path.endsWith("/ws") ? path : path + "/ws"));
    }

    private int run() {
        try {
            check();
            return OK;
        } catch (CheckFailed e) {
            out.println("✗ " + e.getMessage());
            return FAILED;
        } catch (CompletionException e) {
            out.println("✗ A connection was lost: " + e.getCause());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.println("✗ Interrupted");
            return FAILED;
        } finally {
            clients.forEach(CheckClient::close);
        }
    }

    private void check() throws CheckFailed, InterruptedException {
        Node first = meet(urls.get(0));
        out.printf("✓ Client 1 connected: %s%n", first);
        Node second = meetAnother(first);
        out.printf("✓ Client 2 connected: %s%n", second);
        subscribe("Client 1", first);
        subscribe("Client 2", second);
        deliver("Client 1", first, "Client 2", second);
        deliver("Client 2", second, "Client 1", first);
        measure(first, second);
        out.println("✓ Scaling works: the two nodes are one cluster");
    }

    private Node meet(URI url) throws CheckFailed, InterruptedException {
        CheckClient client = CheckClient.connect(http, url, limit);
        clients.add(client);
        ObjectNode hello = client.send(identity)
                .await("hello", limit)
                .orElseThrow(() -> new CheckFailed("Timeout - " + url + " did not answer hello"))
                .frame();
        return new Node(
                client,
                url,
                hello.path("node").asText(),
                hello.path("incarnation").asText(),
                hello.path("adapter").asText());
    }

    /** Two URLs must lead to two nodes at once; one may need some connections. */
    private Node meetAnother(Node first) throws CheckFailed, InterruptedException {
        URI url = urls.get(urls.size() - 1);
        int connectionsToTry = urls.size() == 1 ? CONNECTIONS_TO_TRY : 1;
        for (int tries = 0; tries < connectionsToTry; tries++) {
            Node node = meet(url);
            if (!node.incarnation().equals(first.incarnation())) {
                return node;
            }
            node.client().close();
        }
        throw new CheckFailed(("Both clients are on one node, %s: no second instance was met%n" + "  Likely causes:%n"
                        + "  - only one instance runs, or both URLs lead to the same one%n"
                        + "  - the load balancer is sticky: give the instances' own URLs")
                .formatted(first));
    }

    private void subscribe(String name, Node node) throws CheckFailed, InterruptedException {
        ObjectNode answer = node.client()
                .send("subscribe:portfolio")
                .await(
                        f -> List.of("subscribed:portfolio", "error")
                                .contains(f.path("event").asText()),
                        limit)
                .orElseThrow(
                        () -> new CheckFailed("Timeout - " + name + " was not subscribed by " + node + causes(node)))
                .frame();
        if (answer.has("code")) {
            throw new CheckFailed("%s was not subscribed by %s: %s%s"
                    .formatted(name, node, answer.path("message").asText(), causes(node)));
        }
        out.printf("✓ %s subscribed: %s on %s%n", name, answer.path("room").asText(), node.name());
    }

    private void deliver(String from, Node sender, String to, Node receiver) throws CheckFailed, InterruptedException {
        String mark = UUID.randomUUID().toString();
        sender.client().send(marked(mark));
        Optional<Received> update = receiver.client().await(frame -> isMarked(frame, mark), limit);
        if (update.isEmpty()) {
            throw new CheckFailed(
                    "Timeout - Redis adapter may not be working: what %s sent did not reach %s within %d s%s"
                            .formatted(from, to, limit.toSeconds(), causes(sender, receiver)));
        }
        out.printf(
                "✓ %s received broadcast from different instance: %s%n",
                to, update.get().frame().path("from").asText());
    }

    private void measure(Node sender, Node receiver) throws CheckFailed, InterruptedException {
        long[] nanos = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            String mark = UUID.randomUUID().toString();
            long sent = System.nanoTime();
            sender.client().send(marked(mark));
            nanos[i] = receiver.client()
                            .await(frame -> isMarked(frame, mark), limit)
                            .orElseThrow(() -> new CheckFailed("Timeout - some of " + PINGS + " updates were lost"))
                            .nanoTime()
                    - sent;
        }
        Arrays.sort(nanos);
        out.printf(
                Locale.ROOT,
                "✓ Latency: median %.1f ms, worst %.1f ms (%d updates, from client 1's send over both nodes to client 2's"
                        + " receipt, by the clock of this one process)%n",
                nanos[PINGS / 2] / 1e6,
                nanos[PINGS - 1] / 1e6,
                PINGS);
    }

    private static ObjectNode marked(String mark) {
        ObjectNode update = Json.object().put("event", "portfolio:update");
        update.putObject("data").put("check", mark);
        return update;
    }

    private static boolean isMarked(ObjectNode frame, String mark) {
        return mark.equals(frame.path("data").path("check").textValue());
    }

    private static String causes(Node... nodes) {
        StringBuilder causes = new StringBuilder("%n  Likely causes:".formatted());
        for (Node node : nodes) {
            if (node.adapter().startsWith("Memory")) {
                causes.append("%n  - %s uses the %s, which is alone: set REDIS_URL; the log says why it is not used"
                        .formatted(node, node.adapter()));
            }
        }
        causes.append("%n  - the nodes' REDIS_URL, prefix or namespace differ".formatted());
        causes.append(
                "%n  - Redis is down, or its ACL forbids the channels: see each node's /health/redis".formatted());
        return causes.toString();
    }

    /** A node that was met, and the client on it. */
    private record Node(CheckClient client, URI url, String name, String incarnation, String adapter) {
        @Override
        public String toString() {
            return "%s (%.8s, %s) at %s".formatted(name, incarnation, adapter, url);
        }
    }
}
