package dev.roomcast.adapter;

import java.util.Locale;

/**
 * How many bytes may wait in the queue of one connection, and the consequence if more would.
 *
 * <p>Immutable. A queue that is full disconnects its client, unless {@link #thenSkip()} or {@link #thenSkipDroppable()}
 * says otherwise: a client that missed a packet without notice would show outdated state.
 */
public final class QueueLimit {

    /** The consequence of a packet that does not fit. */
    enum Overflow {
        DISCONNECT,
        SKIP,
        SKIP_DROPPABLE
    }

    private final int bytes;
    private final Overflow overflow;

    private QueueLimit(int bytes, Overflow overflow) {
        this.bytes = bytes;
        this.overflow = overflow;
    }

    /**
     * A limit in bytes. The packet that the server is writing counts, and each packet counts
     * {@value QueuedConnection#OVERHEAD} bytes more than its content. A packet that finds the queue empty fits,
     * whatever its size.
     *
     * @param most more than 0
     * @return a limit that disconnects the client
     */
    public static QueueLimit bytes(int most) {
        if (most <= 0) {
            throw new IllegalArgumentException(
                    "a limit of " + most + " bytes lets nothing wait; more than 0 is needed");
        }
        return new QueueLimit(most, Overflow.DISCONNECT);
    }

    /**
     * The client is disconnected, and the packets that wait for it are dropped.
     *
     * @return the same limit, with this consequence
     */
    public QueueLimit thenDisconnect() {
        return new QueueLimit(bytes, Overflow.DISCONNECT);
    }

    /**
     * The packet that does not fit is skipped, and {@linkplain QueuedConnection#skippedPackets() counted}: for packets
     * that each hold the whole state, such as prices, where the next one makes up for it.
     *
     * @return the same limit, with this consequence
     */
    public QueueLimit thenSkip() {
        return new QueueLimit(bytes, Overflow.SKIP);
    }

    /**
     * A {@linkplain Packet#isDroppable() droppable} packet that does not fit is skipped, and counted; any other packet
     * disconnects the client.
     *
     * @return the same limit, with this consequence
     */
    public QueueLimit thenSkipDroppable() {
        return new QueueLimit(bytes, Overflow.SKIP_DROPPABLE);
    }

    int bytes() {
        return bytes;
    }

    /** Whether a packet that does not fit is skipped, and the client not disconnected for it. */
    boolean skips(Packet packet) {
        return overflow == Overflow.SKIP || overflow == Overflow.SKIP_DROPPABLE && packet.isDroppable();
    }

    @Override
    public String toString() {
        String then = overflow.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return "QueueLimit[" + bytes + " bytes, then " + then + "]";
    }
}
