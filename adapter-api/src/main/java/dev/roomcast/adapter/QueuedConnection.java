package dev.roomcast.adapter;

import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.engine.codec.PacketCost;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection with a bounded queue of its own: it gives one packet at a time to the server's asynchronous write, and
 * the next one when that is done. Made by {@link Connection#queued}.
 *
 * <p>The packets of each thread that calls {@link #send} leave in the order of its calls, and calls of the
 * {@link AsyncSender} never overlap. They are made on the threads that call {@code send} and {@link Sent#done}. Each
 * call writes {@value #MOST_PACKETS_AT_ONCE} packets or {@value #MOST_BYTES_AT_ONCE} bytes at most, however many others
 * add meanwhile; then one of eight threads that all queues share goes on.
 *
 * <p>The packets that wait in all queues of the JVM together have a limit too, {@code roomcast.limit.queued-bytes}: a
 * quarter of the largest heap by default. It counts the content of a packet once, in however many queues it waits. A
 * packet beyond it does not fit, if other packets wait for its client already: it disconnects that client as too slow,
 * or is skipped, as the limit of the connection says.
 *
 * <p>The connection closes itself once: when a limit is passed (if that
 * {@linkplain QueueLimit#thenDisconnect() is to disconnect}), or when the sender throws or reports a failure. Then the
 * packets that wait are dropped and counted, and each further {@code send} throws; an adapter then removes the member.
 * The closer may block, so it is called on one of eight other threads that all queues share, or within
 * {@link #disconnect} if that comes first.
 *
 * <p>{@link #withUser} and {@link #withAttributes} give it a user and attributes.
 *
 * <p><b>Threading.</b> May be used from any thread. Sender and closer are called without any lock.
 */
public final class QueuedConnection implements Connection {

    /**
     * The bytes that a packet costs besides its content, which is shared: without them empty packets would never reach
     * the limit.
     */
    static final int OVERHEAD = PacketCost.PLACE;

    /**
     * The packets that one call writes before it leaves the rest to a thread of ours, so that no {@code send} takes
     * long because of others.
     */
    static final int MOST_PACKETS_AT_ONCE = 16;

    static final int MOST_BYTES_AT_ONCE = 1 << 16;

    /**
     * Less than any send bound of an adapter, so that fast packets wait in this queue, with the limit that the server
     * has chosen.
     */
    static final long MOST_NANOS_AT_ONCE = 1_000_000;

    /** If none of our threads has begun by then, senders that block hold them, against their contract. */
    static final long MOST_NANOS_FOR_OUR_THREADS = 100_000_000;

    private static final Logger log = LoggerFactory.getLogger(QueuedConnection.class);
    private static final RateLimitedLog closerFailures = new RateLimitedLog(log, System::nanoTime);
    /** The client receives it, so it does not state the cause. */
    private static final DisconnectReason FAILED = new DisconnectReason(Kind.FAILED, "a packet could not be sent");

    private final String id;
    private final AsyncSender sender;
    private final Closer closer;
    private final QueueLimit limit;
    private final QueueThreads threads;
    private final QueueMemory memory;

    private final Object lock = new Object();
    // All below under the lock.
    /** The oldest packet that is not done: the one that is being sent, if there is one, else the next. */
    private @Nullable Sending head;

    private @Nullable Sending tail;
    private boolean headIsBeingSent;
    /**
     * Whether a thread is in {@link #drive()}; it takes what others add, so that the stack does not grow with the
     * queue.
     */
    private boolean driven;
    /** Whether a thread of ours has been asked to {@link #goOn()}. */
    private boolean willGoOn;
    /** Since when, if so. */
    private long leftAt;
    /**
     * Whether writing has taken a caller too long: until nothing waits, a {@code send} leaves it to a thread of ours.
     */
    private boolean isSlow;

    private long bytes;
    private int packets;
    private long skipped;
    private @Nullable Closed closed;
    private boolean closerWasCalled;
    /** Null until a packet has to wait for another one. */
    private QueueMemory.@Nullable Share share;

    QueuedConnection(String id, AsyncSender sender, Closer closer, QueueLimit limit) {
        this(id, sender, closer, limit, QueueThreads.SHARED, QueueMemory.SHARED);
    }

    QueuedConnection(
            String id, AsyncSender sender, Closer closer, QueueLimit limit, QueueThreads threads, QueueMemory memory) {
        this.id = Objects.requireNonNull(id, "id");
        this.sender = Objects.requireNonNull(sender, "sender");
        this.closer = Objects.requireNonNull(closer, "closer");
        this.limit = Objects.requireNonNull(limit, "limit");
        this.threads = threads;
        this.memory = memory;
    }

    @Override
    public String id() {
        return id;
    }

    /**
     * Sends the packet as soon as those before it are done, and never waits for them. Where writes are done at once,
     * the caller also sends some of the packets that other threads add meanwhile. Once that has taken longer than a
     * millisecond, callers of {@code send} write nothing until a thread of ours has written all packets that wait.
     *
     * @throws IOException if the connection is closed, or if this packet closes it: it does not fit, or the sender
     *     fails with it at once
     */
    @Override
    public void send(Packet packet) throws IOException {
        Sending sending = new Sending(packet);
        switch (admit(sending)) {
            case NEXT -> driveFrom(sending);
            case LEFT -> {
                if (mustDriveForOurs()) {
                    driveFrom(sending);
                }
            }
            case TOO_MUCH -> {
                close(tooSlow("more than " + limit.bytes() + " bytes would wait"), null);
                throw refusal();
            }
            case TOO_MUCH_IN_ALL -> {
                String all = "more than " + memory.limit() + " bytes would wait for all clients";
                close(tooSlow(all), new IOException(all + " (roomcast.limit.queued-bytes)"));
                throw refusal();
            }
            case CLOSED -> throw refusal();
            case WAITS, SKIPPED -> {}
        }
    }

    private void driveFrom(Sending sending) throws IOException {
        drive();
        if (sending.hasFailed) {
            throw refusal();
        }
    }

    /**
     * Whether the queue is at most half full: the other half is for packets that are not droppable.
     */
    @Override
    public boolean writable() {
        synchronized (lock) {
            return closed == null && bytes <= limit.bytes() / 2;
        }
    }

    /**
     * Closes the connection at once: the packets that wait are dropped, since a client that does not read would
     * otherwise never be closed. The closer is called on this thread, if it was not called before; with the first
     * reason, if the connection has closed itself.
     */
    @Override
    public void disconnect(DisconnectReason reason) throws Exception {
        end(reason, null);
        if (mustCallCloser()) {
            closer.close(closed().reason());
        }
    }

    /**
     * How many bytes wait, counted as the {@linkplain QueueLimit#bytes(int) limit} counts them.
     *
     * @return 0 when all is sent, or the connection is closed
     */
    public long waitingBytes() {
        synchronized (lock) {
            return bytes;
        }
    }

    /**
     * How many packets wait, the one that the server is writing among them.
     *
     * @return 0 when all is sent, or the connection is closed
     */
    public int waitingPackets() {
        synchronized (lock) {
            return packets;
        }
    }

    /**
     * How many packets were accepted without an exception and yet never given to the sender: those that did not fit,
     * where the limit says {@linkplain QueueLimit#thenSkip() skip}, and those that waited when the connection was
     * closed.
     *
     * @return a count that only grows
     */
    public long skippedPackets() {
        synchronized (lock) {
            return skipped;
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "QueuedConnection[" + id + (closed != null ? ", closed]" : ", " + packets + " packets waiting]");
        }
    }

    private Admission admit(Sending sending) {
        synchronized (lock) {
            if (closed != null) {
                return Admission.CLOSED;
            }
            if (packets > 0) {
                boolean isTooMuch = bytes + sending.bytes > limit.bytes();
                if (isTooMuch || !shareTakes(sending)) {
                    return doesNotFit(sending.packet, isTooMuch ? Admission.TOO_MUCH : Admission.TOO_MUCH_IN_ALL);
                }
            }
            append(sending);
            if (isSlow && !areOurThreadsBusy()) {
                return takeLeave() ? Admission.LEFT : Admission.WAITS;
            }
            return takeDrive() ? Admission.NEXT : Admission.WAITS;
        }
    }

    /** Under the lock. */
    private Admission doesNotFit(Packet packet, Admission unlessSkipped) {
        if (!limit.skips(packet)) {
            return unlessSkipped;
        }
        skipped++;
        return Admission.SKIPPED;
    }

    /** Under the lock. */
    private boolean shareTakes(Sending sending) {
        if (share == null) {
            share = memory.share(this);
        }
        sending.isInShare = share.add(sending.packet);
        return sending.isInShare;
    }

    /** Under the lock. */
    private void append(Sending sending) {
        if (tail == null) {
            head = sending;
        } else {
            tail.next = sending;
        }
        tail = sending;
        bytes += sending.bytes;
        packets++;
    }

    /** Under the lock. True if the caller must {@link #drive()}, since no other thread will. */
    private boolean takeDrive() {
        if (driven || headIsBeingSent || head == null) {
            return false;
        }
        driven = true;
        return true;
    }

    /**
     * Sends until a packet is not done when the sender returns: then the caller of {@code done} goes on. Or until it
     * has sent enough: then a thread of ours goes on, or, if that took not too long, a caller of {@code send} that
     * comes before it.
     */
    private void drive() {
        long start = threads.nanoTime().getAsLong();
        int count = 0;
        long size = 0;
        for (Sending next = begin(); next != null; next = begin()) {
            try {
                sender.send(next.packet, next);
            } catch (Throwable t) {
                next.hasFailed = true;
                close(FAILED, t);
            }
            count++;
            size += next.bytes;
            boolean tookLong = threads.nanoTime().getAsLong() - start > MOST_NANOS_AT_ONCE;
            if (tookLong || count >= MOST_PACKETS_AT_ONCE || size >= MOST_BYTES_AT_ONCE) {
                if (!mustGoOn(tookLong)) {
                    return;
                }
                start = threads.nanoTime().getAsLong();
                count = 0;
                size = 0;
            }
        }
    }

    private @Nullable Sending begin() {
        synchronized (lock) {
            if (headIsBeingSent || head == null) {
                driven = false;
                // The server may write the last one for long: nothing waits for a thread of ours all the same.
                isSlow = isSlow && head != null && head.next != null;
                return null;
            }
            headIsBeingSent = true;
            return head;
        }
    }

    /** Leaves the packets to a thread of ours; true if no thread can be started, and the caller has to send them. */
    private boolean mustGoOn(boolean tookLong) {
        synchronized (lock) {
            driven = false;
            isSlow = isSlow || tookLong;
            if (!takeLeave()) {
                return false;
            }
        }
        return mustDriveForOurs();
    }

    /** Under the lock. True if the caller must have a thread of ours go on, since no other thread will. */
    private boolean takeLeave() {
        if (driven || headIsBeingSent || head == null || willGoOn) {
            return false;
        }
        willGoOn = true;
        leftAt = threads.nanoTime().getAsLong();
        return true;
    }

    /** Has a thread of ours go on; true if no thread can be started, and the caller must {@link #drive()}. */
    private boolean mustDriveForOurs() {
        try {
            threads.writing().execute(this::goOn);
            return false;
        } catch (OutOfMemoryError e) {
            // The operating system has no thread to give.
            synchronized (lock) {
                willGoOn = false;
                return takeDrive();
            }
        }
    }

    /** Under the lock. */
    private boolean areOurThreadsBusy() {
        return willGoOn && threads.nanoTime().getAsLong() - leftAt > MOST_NANOS_FOR_OUR_THREADS;
    }

    private void callCloserSoon() {
        try {
            threads.closing().execute(this::callCloser);
        } catch (OutOfMemoryError e) {
            callCloser();
        }
    }

    private void goOn() {
        boolean mustDrive;
        synchronized (lock) {
            willGoOn = false;
            mustDrive = takeDrive();
        }
        if (mustDrive) {
            drive();
        }
    }

    private void done(Sending sending) {
        boolean mustDrive;
        synchronized (lock) {
            if (sending != head) {
                return;
            }
            head = sending.next;
            if (head == null) {
                tail = null;
            }
            // Whoever keeps the old one must not keep all that came after it.
            sending.next = null;
            headIsBeingSent = false;
            bytes -= sending.bytes;
            packets--;
            if (share != null && sending.isInShare) {
                share.remove();
            }
            mustDrive = takeDrive();
        }
        if (mustDrive) {
            drive();
        }
    }

    private void failed(Sending sending, Throwable failure) {
        boolean ended;
        synchronized (lock) {
            ended = sending == head && end(FAILED, failure);
        }
        if (ended) {
            sending.hasFailed = true;
            callCloserSoon();
        }
    }

    private void close(DisconnectReason reason, @Nullable Throwable cause) {
        if (end(reason, cause)) {
            callCloserSoon();
        }
    }

    /** True for the one caller that has closed it. */
    private boolean end(DisconnectReason reason, @Nullable Throwable cause) {
        synchronized (lock) {
            if (closed != null) {
                return false;
            }
            closed = new Closed(reason, cause);
            skipped += headIsBeingSent ? packets - 1 : packets;
            if (head != null) {
                head.next = null;
            }
            head = null;
            tail = null;
            headIsBeingSent = false;
            bytes = 0;
            packets = 0;
            if (share != null) {
                share.run();
            }
            return true;
        }
    }

    /** True for the one caller that must call the closer. */
    private boolean mustCallCloser() {
        synchronized (lock) {
            boolean must = !closerWasCalled;
            closerWasCalled = true;
            return must;
        }
    }

    private void callCloser() {
        if (!mustCallCloser()) {
            return;
        }
        Closed why = closed();
        DisconnectReason reason = why.reason();
        try {
            closer.close(reason);
        } catch (Throwable t) {
            closerFailures.warn(
                    "connection " + id + ", which gets nothing more (" + reason.text() + "), could not be closed", t);
        }
        logClosed(why);
    }

    /** Called after the closer: the cause's own methods are the server's code, and may throw. */
    private void logClosed(Closed why) {
        try {
            log.debug("connection {} is closed: {}", id, why.reason().text(), why.cause());
        } catch (Throwable unspeakable) {
            log.debug("connection {} is closed: {}", id, why.reason().text());
        }
    }

    private static DisconnectReason tooSlow(String how) {
        return new DisconnectReason(Kind.TOO_SLOW, "too slow: " + how);
    }

    private IOException refusal() {
        Closed why = closed();
        return new IOException(
                "connection " + id + " is closed: " + why.reason().text(), why.cause());
    }

    private Closed closed() {
        synchronized (lock) {
            return Objects.requireNonNull(closed, "closed");
        }
    }

    private enum Admission {
        /** The caller must send it. */
        NEXT,
        /** The caller must have a thread of ours send it. */
        LEFT,
        /** Another thread sends it when those before it are done. */
        WAITS,
        SKIPPED,
        TOO_MUCH,
        TOO_MUCH_IN_ALL,
        CLOSED
    }

    private record Closed(DisconnectReason reason, @Nullable Throwable cause) {}

    /** One packet on its way: its place in the queue, and the callback of the sender. */
    private final class Sending implements Sent {

        private final Packet packet;
        private final long bytes;
        /** Under the lock. */
        private @Nullable Sending next;
        /** Under the lock. */
        private boolean isInShare;

        private volatile boolean hasFailed;

        Sending(Packet packet) {
            this.packet = packet;
            this.bytes = PacketCost.inQueue(packet);
        }

        @Override
        public void done(@Nullable Throwable failure) {
            if (failure == null) {
                QueuedConnection.this.done(this);
            } else {
                failed(this, failure);
            }
        }
    }
}
