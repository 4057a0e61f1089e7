package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections whose {@code send} broadcasts again, without end: the stack overflows at any place of the engine's. */
class DeepSendsInVirtualTimeTest {

    private static final int TIMES = 150;
    private static final int BYTES_OF_STACK = 1 << 18;
    private static final Target ROOM = Target.room("room").onThisNode();

    private final SimulatedCluster cluster = SimulatedCluster.of(1, 1);
    private final Adapter node = cluster.nodes.get(0);

    private final class Client {
        final Member member;
        int disconnects;

        Client(String id, Connection.Sender sender) {
            member = node.add(Connection.of(id, sender, why -> disconnects++));
            node.join(member, "room");
        }
    }

    @Test
    @Timeout(60)
    void whoIsRemovedIsDisconnectedOnceAndNothingStaysWatched() throws InterruptedException {
        for (int i = 0; i < TIMES; i++) {
            Packet packet =
                    i % 2 == 0 ? Packet.text("again") : Packet.text("again").asDroppable();
            Client again = new Client("again-" + i, sent -> node.broadcast(ROOM, packet));
            Client other = new Client("other-" + i, sent -> {});
            cluster.pass(10);
            int depth = i;
            Thread deep = new Thread(null, () -> broadcast(depth, packet), "deep", BYTES_OF_STACK);
            deep.start();
            deep.join();
            cluster.pass(1_000);
            for (Client client : List.of(again, other)) {
                assertEquals(client.member.isPresent() ? 0 : 1, client.disconnects, client.member.id());
                node.remove(client.member);
            }
            assertEquals(0, node.health().counters().get("sends.stalled"), "round " + i);
        }
    }

    /** The stack ends elsewhere each time. */
    private void broadcast(int depth, Packet packet) {
        if (depth > 0) {
            broadcast(depth - 1, packet);
        } else {
            node.broadcast(ROOM, packet);
        }
    }
}
