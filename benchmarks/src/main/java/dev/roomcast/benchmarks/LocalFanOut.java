package dev.roomcast.benchmarks;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A broadcast to one room on one node, compared with a loop over a plain array that calls the same {@code send}. Each
 * {@code send} increments a counter in its connection, and after each iteration every connection must have got every
 * packet.
 *
 * <p>The two run in JVMs of their own, which take turns: in one JVM each would see the other's branches.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LocalFanOut {

    /** Made by JMH. */
    public LocalFanOut() {}

    /**
     * The reference.
     *
     * @param room who is in it
     * @throws Exception never
     */
    @Benchmark
    public void array(Room room) throws Exception {
        Packet packet = room.nextPacket();
        for (Connection connection : room.connections) {
            connection.send(packet);
        }
    }

    /**
     * What is measured.
     *
     * @param room who is in it
     * @param node where they are members
     * @return for JMH
     */
    @Benchmark
    public CompletionStage<?> adapter(Room room, Node node) {
        return node.adapter.broadcast(node.target, room.nextPacket());
    }

    /** The connections, and how often they were sent to. */
    @State(Scope.Benchmark)
    public static class Room {

        /** How many there are. */
        @Param({"1000", "10000", "100000"})
        public int members;

        private final Packet packet = Packet.text("a packet that nobody looks into");
        private CountingConnection[] connections = {};
        private long packets;

        /** Made by JMH. */
        public Room() {}

        /** Fills the room. */
        @Setup
        public void fill() {
            connections = new CountingConnection[members];
            for (int i = 0; i < members; i++) {
                connections[i] = new CountingConnection("member-" + i);
            }
        }

        private Packet nextPacket() {
            packets++;
            return packet;
        }

        /** Counts what was delivered. */
        @TearDown(Level.Iteration)
        public void check() {
            for (CountingConnection connection : connections) {
                if (connection.received != packets) {
                    throw new IllegalStateException(
                            connection.id() + " got " + connection.received + " of " + packets + " packets");
                }
            }
        }
    }

    /** A node that is alone. */
    @State(Scope.Benchmark)
    public static class Node {

        private final Target target = Target.room("room");
        private final Adapter adapter = Adapters.open(AdapterConfig.of(Map.of("roomcast.adapter", "memory")));

        /** Made by JMH. */
        public Node() {}

        /**
         * Lets the connections join.
         *
         * @param room has been filled
         */
        @Setup
        public void join(Room room) {
            for (Connection connection : room.connections) {
                adapter.join(adapter.add(connection), "room");
            }
        }

        /** Closes the node. */
        @TearDown
        public void close() {
            adapter.close();
        }
    }

    private static final class CountingConnection implements Connection {

        private final String id;
        private long received;

        CountingConnection(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void send(Packet packet) {
            received++;
        }

        @Override
        public void disconnect(DisconnectReason reason) {}
    }
}
