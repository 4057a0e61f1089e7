package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.Packet;

/**
 * How many bytes a packet counts while it waits: one rule for all limits.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class PacketCost {

    /** What its place in one queue counts besides the content: no number of empty packets would ever reach a limit else. */
    public static final int PLACE = 64;

    private PacketCost() {}

    /**
     * In a queue of one connection, whose limit counts what the client has yet to be sent.
     *
     * @param packet that waits
     * @return the bytes of the content and the place
     */
    public static long inQueue(Packet packet) {
        return PLACE + (long) packet.size();
    }

    /**
     * In the heap, in however many queues it waits.
     *
     * @param packet that waits
     * @return the bytes of the content: a text is kept as it was given, and as it is sent
     */
    public static long inHeap(Packet packet) {
        return packet.isText() ? 2L * packet.size() : packet.size();
    }
}
