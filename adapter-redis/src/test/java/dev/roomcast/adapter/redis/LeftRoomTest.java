package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node gets over its connections of a room that it has left: nothing, not one byte. */
@Timeout(600)
class LeftRoomTest {

    private static final int NODES = 16;
    private static final int STAYING = 2;
    private static final int PACKETS = 50;
    private static final String ROOM = "room";
    private static final String END = "end";

    private final String namespace = "left-" + UUID.randomUUID();
    private final String marker = "marker-" + UUID.randomUUID();

    @Test
    void nodesThatLeftARoomReceiveNothingOfIt() throws Exception {
        List<Node> nodes = new ArrayList<>();
        try (TestRedis redis = TestRedis.start()) {
            try {
                for (int i = 0; i < NODES; i++) {
                    nodes.add(new Node(redis.port(), i));
                }
                for (Node node : nodes) {
                    done(node.adapter.ready());
                    done(node.adapter.join(node.member, ROOM));
                }
                nodes.subList(STAYING, NODES).forEach(node -> node.adapter.leave(node.member, ROOM));
                awaitSubscribers(redis.url());

                broadcast(nodes.get(0).adapter);

                check(nodes);
            } finally {
                nodes.forEach(Node::close);
            }
        }
    }

    /** What is for everyone comes last, on the same connections: whatever a node gets of the packets before has come when it has. */
    private void broadcast(Adapter sender) {
        for (int i = 0; i < PACKETS; i++) {
            done(sender.broadcast(Target.room(ROOM), Packet.text(marker)));
        }
        done(sender.broadcast(Target.everyone(), Packet.text(END)));
    }

    private void check(List<Node> nodes) throws InterruptedException {
        for (int i = 0; i < NODES; i++) {
            Node node = nodes.get(i);
            List<String> received = node.receivedUntilTheEnd();
            if (i < STAYING) {
                assertEquals(Collections.nCopies(PACKETS, marker), received, node.name);
                node.awaitMarkers();
            } else {
                assertEquals(List.of(), received, node.name);
                assertEquals(0, node.markers.get(), node.name);
                assertTrue(node.bytes.get() > 0, node.name);
            }
        }
    }

    private void awaitSubscribers(String redisUrl) {
        String channel = "roomcast." + namespace + ".room." + ROOM;
        RedisClient client = RedisClient.create(redisUrl);
        try {
            RedisCommands<String, String> commands = client.connect().sync();
            long deadline = Patience.deadline();
            long subscribers = 0;
            while (subscribers != STAYING) {
                assertTrue(System.nanoTime() < deadline, subscribers + " nodes are still subscribed to " + channel);
                subscribers = commands.pubsubNumsub(channel).get(channel);
            }
        } finally {
            client.shutdown();
        }
    }

    private static void done(CompletionStage<?> stage) {
        stage.toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aMarkerIsFoundWhereverItsReadsBegin() {
        byte[] stream = "..mark..mamarkmark".getBytes(StandardCharsets.US_ASCII);
        for (int size = 1; size <= stream.length; size++) {
            MarkerCount count = new MarkerCount("mark".getBytes(StandardCharsets.US_ASCII));
            int found = 0;
            for (int at = 0; at < stream.length; at += size) {
                byte[] read = new byte[size];
                int length = Math.min(size, stream.length - at);
                System.arraycopy(stream, at, read, 0, length);
                found += count.in(read, length);
            }
            assertEquals(3, found, "reads of " + size);
        }
    }

    /** A node with connections of its own to a proxy of its own, and one member. */
    private final class Node implements AutoCloseable {

        private final String name;
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong markers = new AtomicLong();
        private final LoopbackProxy proxy;
        private final Adapter adapter;
        private final Member member;
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        Node(int redisPort, int number) throws IOException {
            name = "node-" + number;
            proxy = new LoopbackProxy(redisPort, this::counting);
            adapter = Adapters.open(AdapterConfig.of(Map.of(
                    "REDIS_URL",
                    proxy.url(),
                    "roomcast.namespace",
                    namespace,
                    "roomcast.node.name",
                    name,
                    "roomcast.unsubscribe.delay",
                    "50ms")));
            member = adapter.add(Connection.of(name, packet -> received.add(packet.text()), why -> {}));
        }

        private LoopbackProxy.Tap counting() {
            MarkerCount count = new MarkerCount(marker.getBytes(StandardCharsets.US_ASCII));
            return (read, length) -> {
                bytes.addAndGet(length);
                markers.addAndGet(count.in(read, length));
            };
        }

        List<String> receivedUntilTheEnd() throws InterruptedException {
            List<String> all = new ArrayList<>();
            String next = received.poll(Patience.SECONDS, TimeUnit.SECONDS);
            while (!END.equals(next)) {
                assertTrue(next != null, name + " got " + all.size() + " packets and no end");
                all.add(String.valueOf(next));
                next = received.poll(Patience.SECONDS, TimeUnit.SECONDS);
            }
            return all;
        }

        /** The proxy must see what comes, or it proves nothing. What a node has sent itself comes back after its member has it. */
        void awaitMarkers() {
            long deadline = Patience.deadline();
            while (markers.get() < PACKETS) {
                assertTrue(System.nanoTime() < deadline, () -> name + " has seen " + markers + " packets");
                Thread.onSpinWait();
            }
            assertEquals(PACKETS, markers.get(), name);
        }

        @Override
        public void close() {
            adapter.close();
            proxy.close();
        }
    }
}
