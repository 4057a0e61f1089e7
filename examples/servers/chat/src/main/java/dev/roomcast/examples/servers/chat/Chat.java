package dev.roomcast.examples.servers.chat;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * A chat whose rooms reach over all nodes. A server calls it when a client connects, says something and is gone.
 *
 * <p>A client that has joined is told {@code joined}. What it says goes to its room, or after {@code @NAME } to that user;
 * {@code /members} is answered with how many clients there are on all nodes.
 */
public final class Chat implements AutoCloseable {

    private static final DisconnectReason GOING_AWAY = new DisconnectReason(Kind.GOING_AWAY, "this node stops");
    private static final int DISCONNECTED_PER_SECOND = 1_000;
    private static final long SECONDS_FOR_DRAIN = 8;
    private static final String MEMBERS = "/members";

    /** A client and its membership. */
    private record Present(Client client, Member member) {}

    private final Adapter adapter;
    private final Map<String, Present> present = new ConcurrentHashMap<>();
    private final LongAccumulator longestBroadcastNanos = new LongAccumulator(Math::max, 0);

    /** A chat whose adapter the environment configures. */
    public Chat() {
        this(Adapters.open(AdapterConfig.fromEnvironment()));
    }

    /**
     * A chat over an adapter.
     *
     * @param adapter closed with the chat
     */
    public Chat(Adapter adapter) {
        this.adapter = adapter;
    }

    /**
     * A client has connected. One that is connected under the same id is disconnected.
     *
     * @param connection its connection, of a user
     * @param room the room that it joins
     * @return the client, to be handed to the other methods
     * @throws Exception if the client cannot be told that this node stops
     */
    public Client connected(Connection connection, String room) throws Exception {
        Client client = new Client(connection, room);
        Present now;
        try {
            now = present.compute(
                    connection.id(),
                    (id, before) -> new Present(client, adapter.replace(StuckConnection.ifStuck(connection))));
        } catch (IllegalStateException draining) {
            connection.disconnect(GOING_AWAY);
            return client;
        }
        adapter.join(now.member(), room).whenComplete((joined, failure) -> {
            if (failure == null) {
                tell(connection, "joined");
            } else {
                close(connection, new DisconnectReason(Kind.FAILED, "not joined"));
            }
        });
        return client;
    }

    /**
     * A client has said something.
     *
     * @param client whose message it is
     * @param text for its room, or {@code @NAME } and a text for that user, or {@code /members}
     */
    public void received(Client client, String text) {
        if (text.equals(MEMBERS)) {
            adapter.cluster()
                    .members(Target.everyone())
                    .thenAccept(members -> tell(
                            client.connection(),
                            "members " + members.some().size() + ", missing "
                                    + members.missing().size()));
            return;
        }
        int space = text.indexOf(' ');
        Target target =
                text.startsWith("@") && space > 0 ? Target.user(text.substring(1, space)) : Target.room(client.room());
        long start = System.nanoTime();
        adapter.broadcast(target, Packet.text(text));
        longestBroadcastNanos.accumulate(System.nanoTime() - start);
    }

    /**
     * A client's connection is closed, by whomever.
     *
     * @param client whose
     */
    public void gone(Client client) {
        present.computeIfPresent(client.connection().id(), (id, now) -> {
            if (now.client() != client) {
                return now;
            }
            adapter.remove(now.member());
            return null;
        });
    }

    /**
     * Whether a load balancer should send clients here: the status of {@code /health} is 200 then, and else 503.
     *
     * @return false where other nodes cannot be reached, and when this one is drained or closed
     */
    public boolean isServing() {
        return adapter.health().status().isServing();
    }

    /**
     * The body of {@code /health}.
     *
     * @return lines of a name and a value
     */
    public String health() {
        Health health = adapter.health();
        StringBuilder lines = new StringBuilder("status " + health.status() + "\n");
        lines.append("clients ").append(present.size()).append("\n");
        lines.append("nodes ").append(adapter.cluster().nodes().size()).append("\n");
        // Java 17, on which this is compiled, cannot ask the thread.
        boolean isVirtual = Thread.currentThread().toString().startsWith("VirtualThread[");
        lines.append("virtualThreads ").append(isVirtual ? 1 : 0).append("\n");
        lines.append("longestBroadcastMicros ")
                .append(longestBroadcastNanos.get() / 1_000)
                .append("\n");
        health.counters().forEach((name, count) -> lines.append(name + " " + count + "\n"));
        return lines.toString();
    }

    /**
     * The body of {@code /}: a page for people.
     *
     * @return HTML
     */
    public String page() {
        return """
                <!doctype html><meta charset="utf-8"><title>Chat</title>
                <form><input autofocus><button>Say</button></form><pre></pre>
                <script>
                  const id = Math.random().toString(36).slice(2);
                  const socket = new WebSocket(location.href.replace("http", "ws") + "chat/lobby/" + id + "/" + id);
                  const show = text => document.querySelector("pre").append(text + "\\n");
                  socket.onmessage = message => show(message.data);
                  socket.onclose = why => show("closed: " + why.code + " " + why.reason);
                  document.forms[0].onsubmit = event => {
                    event.preventDefault();
                    socket.send(document.querySelector("input").value);
                  };
                </script>
                """;
    }

    /**
     * The port that the environment variable {@code PORT} names, or 8080.
     *
     * @return 0 for any that is free
     */
    public static int port() {
        return Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    }

    /**
     * The server listens. When the process is to end (SIGTERM), the clients are disconnected first, then the server is stopped, and
     * then this node leaves the cluster.
     *
     * @param port where it listens, which is printed
     * @param stop stops the server, and returns when it is stopped
     */
    public void serving(int port, AutoCloseable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop), "stop"));
        System.out.println("listening on port " + port);
    }

    private void stop(AutoCloseable server) {
        drain();
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        } finally {
            close();
        }
    }

    /** Disconnects the clients, which connect to another node then. To be called before the server is stopped. */
    public void drain() {
        // The server cuts off those that are left.
        adapter.drain(DISCONNECTED_PER_SECOND, GOING_AWAY)
                .toCompletableFuture()
                .completeOnTimeout(null, SECONDS_FOR_DRAIN, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        adapter.close();
    }

    private static void tell(Connection connection, String text) {
        try {
            connection.send(Packet.text(text));
        } catch (Exception alreadyClosed) {
            // Then its server calls gone().
        }
    }

    private static void close(Connection connection, DisconnectReason why) {
        try {
            connection.disconnect(why);
        } catch (Exception alreadyClosed) {
            // Then its server calls gone().
        }
    }
}
