package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.PacketCost;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of a member whose {@code send} has once taken too long; it replaces the connection. While that send
 * has not returned, and until later packets are sent, packets wait here in order. Otherwise it passes them on directly.
 *
 * <p>It is in place, passing packets on, in all rooms of its member before the first packet waits in it. So each later
 * delivery finds the queue too, and cannot overtake a waiting packet.
 */
public final class StalledQueue implements Connection {

    /** As much as servers let wait: who is slow for a moment in a burst is not given up here, before the server's own limit is met. */
    private static final long MOST_BYTES = 1 << 20;

    private static final DisconnectReason TOO_MUCH_WAITS =
            new DisconnectReason(Kind.TOO_SLOW, "too slow: more than " + MOST_BYTES + " bytes would wait");
    private static final DisconnectReason STUCK = new DisconnectReason(
            Kind.TOO_SLOW, "too slow: it takes no packet, as " + StalledSends.MOST + " connections do not");

    private final LocalNode node;
    private final LocalMember member;
    private final Connection connection;

    // Under this lane's lock.
    private final Queue<Packet> packets = new ArrayDeque<>();
    private long bytes;
    private int held;
    private boolean draining;

    /** Written under the lock: nothing waits, and nothing is held. */
    private volatile boolean isClear = true;

    StalledQueue(LocalNode node, LocalMember member, Connection connection) {
        this.node = node;
        this.member = member;
        this.connection = connection;
    }

    LocalMember member() {
        return member;
    }

    @Override
    public String id() {
        return connection.id();
    }

    @Override
    public void send(Packet packet) throws Exception {
        if (isClear || !put(packet)) {
            connection.send(packet);
        }
    }

    /** Lets a packet wait, or gives up the member where too many do; false if there is nothing to wait for. */
    private boolean put(Packet packet) {
        synchronized (this) {
            if (isClear) {
                return false;
            }
            if (packets.isEmpty() || bytes + PacketCost.inQueue(packet) <= MOST_BYTES) {
                packets.add(packet);
                bytes += PacketCost.inQueue(packet);
                return true;
            }
        }
        node.giveUp(member, TOO_MUCH_WAITS);
        return true;
    }

    /** A send takes too long: from now on packets wait. */
    public synchronized void hold() {
        held++;
        isClear = false;
    }

    /** Such a send has returned; true if the caller has to see to it that the lane is drained. */
    public synchronized boolean release() {
        held--;
        if (held > 0 || draining) {
            return false;
        }
        draining = !packets.isEmpty();
        isClear = !draining;
        return draining;
    }

    /** Sends what waits, until nothing does, or another send takes too long, whose return goes on with it. By one thread at a time. */
    public void drain(Runnable beforeEach) {
        for (Packet packet = take(); packet != null; packet = take()) {
            beforeEach.run();
            try {
                connection.send(packet);
            } catch (Throwable t) {
                node.failed(member, t);
                if (!packet.isDroppable()) {
                    node.giveUp(member, LocalNode.FAILED);
                }
            }
        }
    }

    /** Its send holds a thread that others need. */
    void stuck() {
        node.giveUp(member, STUCK);
    }

    private synchronized @Nullable Packet take() {
        if (!member.isPresent()) {
            clear();
        }
        // What is held now may not have reached the connection yet, and came before what waits.
        Packet packet = held == 0 ? packets.poll() : null;
        if (packet == null) {
            draining = false;
            isClear = held == 0;
        } else {
            bytes -= PacketCost.inQueue(packet);
        }
        return packet;
    }

    /** The member is gone: nobody waits for what waits here. */
    synchronized void clear() {
        packets.clear();
        bytes = 0;
    }

    @Override
    public void disconnect(DisconnectReason reason) throws Exception {
        connection.disconnect(reason);
    }

    /** While packets wait, droppable ones are dropped. */
    @Override
    public boolean writable() {
        return isClear && connection.writable();
    }

    /** A question does not wait: by the time that it is put, nobody may wait for the answer any more. */
    @Override
    public CompletionStage<Packet> ask(Packet question) throws Exception {
        return isClear
                ? connection.ask(question)
                : CompletableFuture.failedStage(new IllegalStateException("its packets wait"));
    }
}
