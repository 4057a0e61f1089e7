package dev.roomcast.benchmarks;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What is measured: node A broadcasts, and node B has one member in every room. */
final class AdapterRoute implements Route {

    private final Adapter a;
    private final Adapter b;
    private final List<Target> targets;
    private final byte[] payload = new byte[PACKET_BYTES];

    private AdapterRoute(Adapter a, Adapter b, List<String> rooms) {
        this.a = a;
        this.b = b;
        this.targets = rooms.stream().map(Target::room).toList();
    }

    static Route open(String redisUrl, int rooms, Arrivals arrivals) {
        String namespace = "bench-" + UUID.randomUUID();
        List<String> names =
                IntStream.range(0, rooms).mapToObj(room -> "room-" + room).toList();
        AdapterRoute route = new AdapterRoute(node("a", namespace, redisUrl), node("b", namespace, redisUrl), names);
        try {
            route.meet(names, arrivals);
            return route;
        } catch (RuntimeException e) {
            route.close();
            throw e;
        }
    }

    private static Adapter node(String name, String namespace, String redisUrl) {
        return Adapters.open(AdapterConfig.of(Map.of(
                "roomcast.adapter", "redis",
                "roomcast.namespace", namespace,
                "roomcast.node.name", name,
                "REDIS_URL", redisUrl)));
    }

    private void meet(List<String> rooms, Arrivals arrivals) {
        await(a.ready());
        await(b.ready());
        Member member = b.add(Connection.of("receiver", packet -> arrivals.arrived(packet.size()), reason -> {}));
        await(b.join(member, rooms));
    }

    private static void await(CompletionStage<?> stage) {
        stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** A new packet each time, as a server would make it: nothing that was encoded for an earlier one is used again. */
    @Override
    public void send(int room) {
        a.broadcast(targets.get(room), Packet.bytes(payload));
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
