package dev.roomcast.benchmarks;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** The measured route: node A broadcasts, and node B has one member in every room. */
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
        AdapterRoute route = new AdapterRoute(
                RedisNode.open("a", namespace, redisUrl), RedisNode.open("b", namespace, redisUrl), names);
        try {
            route.meet(names, arrivals);
            return route;
        } catch (RuntimeException e) {
            route.close();
            throw e;
        }
    }

    private void meet(List<String> rooms, Arrivals arrivals) {
        RedisNode.await(a.ready());
        RedisNode.await(b.ready());
        Member member = b.add(Connection.of("receiver", packet -> arrivals.arrived(packet.size()), reason -> {}));
        RedisNode.await(b.join(member, rooms));
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
