package dev.roomcast.adapter;

import dev.roomcast.adapter.engine.codec.PacketCost;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the packets that wait in all queues together, and its limit. A packet that waits in several queues is
 * held once, and counts once; its place counts in each. A packet that finds its queue empty does not wait, and does not
 * count.
 */
final class QueueMemory {

    /** Of all connections. */
    static final QueueMemory SHARED = new QueueMemory(Runtime.getRuntime().maxMemory() / 4);

    private static final Cleaner CLEANER = Cleaner.create();

    private final AtomicLong bytes = new AtomicLong();
    private volatile long limit;

    QueueMemory(long limit) {
        this.limit = limit;
    }

    void limit(long most) {
        limit = most;
    }

    long limit() {
        return limit;
    }

    long bytes() {
        return bytes.get();
    }

    /**
     * The part of one queue. It is given back at the latest when the queue's connection is garbage: a server may just
     * drop the connection.
     */
    Share share(Object connection) {
        Share share = new Share();
        CLEANER.register(connection, share);
        return share;
    }

    private void remove(Packet packet) {
        bytes.addAndGet(-(QueuedConnection.OVERHEAD + (packet.releaseFromQueue() ? PacketCost.inHeap(packet) : 0)));
    }

    /**
     * Counts a packet that fits. One that does not fit is never counted, so that no other packet is refused because of
     * it.
     */
    private boolean take(Packet packet) {
        long content = PacketCost.inHeap(packet);
        boolean isFirst = packet.holdInQueue();
        long more = (long) QueuedConnection.OVERHEAD + (isFirst ? content : 0);
        for (long before = bytes.get(); before + more <= limit; before = bytes.get()) {
            if (bytes.compareAndSet(before, before + more)) {
                return true;
            }
        }
        // Other queues may have taken the packet meanwhile, or have let it go: they rely on its content's being counted
        // here.
        boolean isLast = packet.releaseFromQueue();
        if (isFirst != isLast) {
            bytes.addAndGet(isFirst ? content : -content);
        }
        return false;
    }

    /** The packets that wait in one queue. */
    final class Share implements Runnable {

        private final Queue<Packet> packets = new ArrayDeque<>();

        private Share() {}

        /** False if the packet does not fit. */
        synchronized boolean add(Packet packet) {
            return take(packet) && packets.add(packet);
        }

        /** The oldest one waits no longer. */
        synchronized void remove() {
            @Nullable Packet oldest = packets.poll();
            if (oldest != null) {
                QueueMemory.this.remove(oldest);
            }
        }

        /** Nothing waits any longer. */
        @Override
        public synchronized void run() {
            packets.forEach(QueueMemory.this::remove);
            packets.clear();
        }
    }
}
