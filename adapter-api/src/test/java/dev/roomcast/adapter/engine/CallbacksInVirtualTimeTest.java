package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.RoomListener;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.runtime.Callbacks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callbacks that wait. One that blocks lets virtual time pass by itself: all other threads run inside of it, until it returns. */
class CallbacksInVirtualTimeTest {

    private final SimulatedCluster cluster = SimulatedCluster.of(1, 2);
    private final Adapter node = cluster.nodes.get(0);
    private final List<String> done = new ArrayList<>();

    @Test
    void aCallbackMayWaitForAnotherStage() {
        node.cluster().roomNames().thenRun(() -> {
            CompletableFuture<?> asked = node.allRooms().toCompletableFuture();
            cluster.pass(1000);
            done.add(asked.isDone() ? "answered" : "hangs");
        });
        cluster.pass(5000);
        assertEquals(List.of("answered"), done);
        assertEquals(1, counter("callbacks.stalled"));
        assertEquals(0, gauge("callbacks.held"));
    }

    @Test
    void manyThatWaitHoldUpNobodyElse() {
        long[] held = new long[1];
        for (int i = 0; i < 10; i++) {
            String name = "callback " + i;
            node.cluster().roomNames().thenRun(() -> {
                cluster.pass(10_000);
                done.add(name);
            });
        }
        cluster.time.after(
                Duration.ofMillis(2000),
                () -> node.broadcast(Target.everyone(), Packet.text("p")).thenRun(() -> {
                    held[0] = gauge("callbacks.held");
                    done.add("broadcast");
                }));
        cluster.pass(30_000);
        assertEquals("broadcast", done.get(0));
        assertEquals(10, held[0], "those that are left behind");
        assertEquals(11, done.size());
        assertEquals(0, gauge("callbacks.held"));
    }

    @Test
    void callbacksThatReturnAreMadeInOrderAndByNobodyElse() {
        for (int i = 0; i < 100; i++) {
            String name = String.valueOf(i);
            node.broadcast(Target.room("r"), Packet.text(name)).thenRun(() -> {
                cluster.pass(20);
                done.add(name);
            });
        }
        cluster.pass(30_000);
        List<String> sent = IntStream.range(0, 100).mapToObj(String::valueOf).toList();
        assertEquals(sent, done);
        assertEquals(0, counter("callbacks.stalled"));
    }

    @Test
    void theLogNamesWhereTheCallbackStands() {
        List<String> lines = CapturedLog.of(Callbacks.class, () -> {
            node.cluster().roomNames().thenRun(() -> cluster.pass(1000));
            cluster.pass(5000);
        });
        assertTrue(lines.stream().anyMatch(line -> line.contains("has not returned for 100 ms")), lines::toString);
    }

    @Test
    void aListenerThatWaitsHoldsUpItselfAlone() {
        SimulatedCluster.Client client = cluster.client(0, "c");
        node.onRoomEvent(new RoomListener() {
            @Override
            public void created(String room) {
                cluster.pass(1000);
                done.add("slow");
            }
        });
        node.onRoomEvent(new RoomListener() {
            @Override
            public void created(String room) {
                done.add("quick");
            }
        });
        node.join(client.member, "r");
        cluster.pass(5000);
        assertEquals(List.of("quick", "slow"), done);
        assertFalse(Thread.interrupted());
    }

    private long counter(String name) {
        return node.health().counters().get(name);
    }

    private long gauge(String name) {
        return node.health().gauges().get(name);
    }
}
