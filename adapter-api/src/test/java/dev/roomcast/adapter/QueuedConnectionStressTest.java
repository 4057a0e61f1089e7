package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.DisconnectReason.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Several threads send at once; writes are done now at once, now later on other threads, now twice. */
class QueuedConnectionStressTest {

    private static final int SENDERS = 4;
    private static final int PACKETS = 5_000;
    private static final int LARGEST = 100;
    /** So many packets are sent without regard, and the next so many only when few wait, or nearly all would be skipped. */
    private static final int BURST = 50;

    private static final int FEW = 20;
    private static final int EARLY = 1000;
    private static final long PATIENCE_SECONDS =
            Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M")).toSeconds();
    private static final int LIMIT = 40 * (QueuedConnection.OVERHEAD + LARGEST);

    private final ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    private final ForkJoinPool completers = new ForkJoinPool(2);
    private final QueueMemory memory = new QueueMemory(Long.MAX_VALUE);
    private final Socket socket = new Socket();

    @AfterEach
    void end() {
        senders.shutdownNow();
        completers.shutdownNow();
    }

    @RepeatedTest(3)
    void everyPacketIsWrittenInOrderOrCounted() throws Exception {
        QueuedConnection connection = queued(QueueLimit.bytes(LIMIT).thenSkip());
        assertEquals(0, refused(connection));
        assertEquals((long) SENDERS * PACKETS, socket.written.get() + connection.skippedPackets());
        assertEquals(0, connection.waitingBytes());
        assertEquals(0, socket.closed.get());
        socket.check();
    }

    @RepeatedTest(3)
    void whatIsUnderWayWhenTheConnectionIsClosedIsCounted() throws Exception {
        QueuedConnection connection = queued(QueueLimit.bytes(LIMIT).thenSkip());
        socket.onWrite(
                EARLY,
                () -> completers.submit(() -> {
                    connection.disconnect(new DisconnectReason(Kind.ENDED, "enough"));
                    return null;
                }));
        closedMeanwhile(connection);
    }

    @RepeatedTest(3)
    void whatIsUnderWayWhenAWriteFailsIsCounted() throws Exception {
        QueuedConnection connection = queued(QueueLimit.bytes(LIMIT).thenSkip());
        socket.failAt(EARLY);
        closedMeanwhile(connection);
    }

    @RepeatedTest(3)
    void whatIsUnderWayWhenTheClientIsTooSlowIsCounted() throws Exception {
        QueuedConnection connection = queued(QueueLimit.bytes(LIMIT).thenDisconnect());
        socket.stallAt(EARLY);
        closedMeanwhile(connection);
    }

    private QueuedConnection queued(QueueLimit limit) {
        return new QueuedConnection(
                "c1",
                socket::write,
                socket::close,
                limit,
                new QueueThreads(completers, completers, QueueThreads.SHARED.timer(), System::nanoTime),
                memory);
    }

    private void closedMeanwhile(QueuedConnection connection) throws Exception {
        long refused = refused(connection);
        assertTrue(refused > 0, "the connection was not closed");
        long all = socket.written.get() + connection.skippedPackets() + refused;
        // A write that fails at once has begun, and is thrown too.
        assertTrue(all - SENDERS * PACKETS >= 0 && all - SENDERS * PACKETS <= socket.failed.get(), all + " packets");
        assertEquals(1, socket.closed.get());
        assertEquals(0, connection.waitingBytes());
        assertEquals(0, connection.waitingPackets());
        socket.check();
    }

    /** Sends from all threads, and tells how many packets an exception came for. */
    private long refused(QueuedConnection connection) throws Exception {
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            int self = sender;
            tasks.add(() -> send(connection, self));
        }
        long refused = 0;
        for (Future<Long> task : senders.invokeAll(tasks, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            refused += task.get();
        }
        assertTrue(completers.awaitQuiescence(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, memory.bytes());
        return refused;
    }

    private long send(QueuedConnection connection, int sender) {
        long refused = 0;
        for (int number = 0; number < PACKETS; number++) {
            ByteBuffer content = ByteBuffer.allocate(LARGEST - number % 50);
            content.put(0, (byte) sender).putInt(1, number);
            try {
                connection.send(Packet.bytes(content));
            } catch (IOException e) {
                refused++;
            }
            assertTrue(connection.waitingBytes() <= LIMIT, "the limit was passed");
            while (number % (2 * BURST) >= BURST && connection.waitingPackets() > FEW && socket.writes()) {
                Thread.yield();
            }
        }
        return refused;
    }

    /** A server's socket, which notices what a server must never see. */
    private final class Socket {

        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicLong written = new AtomicLong();
        private final AtomicInteger closed = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final AtomicInteger wrong = new AtomicInteger();
        /** Written by one thread after the other, which is what is tested. */
        private final int[] last = new int[SENDERS];

        private final SplittableRandom random = new SplittableRandom(7);
        private long eventAt = Long.MAX_VALUE;
        private Runnable event = () -> {};
        private long failAt = Long.MAX_VALUE;
        private long stallAt = Long.MAX_VALUE;
        private volatile boolean stalled;

        Socket() {
            Arrays.fill(last, -1);
        }

        void onWrite(long count, Runnable what) {
            eventAt = count;
            event = what;
        }

        void failAt(long count) {
            failAt = count;
        }

        void stallAt(long count) {
            stallAt = count;
        }

        void write(Packet packet, Connection.Sent sent) {
            if (inside.incrementAndGet() != 1 || underWay.incrementAndGet() != 1) {
                wrong.incrementAndGet();
            }
            ByteBuffer content = packet.bytes();
            int sender = content.get(0);
            int number = content.getInt(1);
            if (number <= last[sender]) {
                wrong.incrementAndGet();
            }
            last[sender] = number;
            long count = written.incrementAndGet();
            if (count == eventAt) {
                event.run();
            }
            finish(count, sent);
            inside.decrementAndGet();
        }

        private void finish(long count, Connection.Sent sent) {
            if (count == stallAt) {
                stalled = true;
                return;
            }
            if (count == failAt) {
                failed.incrementAndGet();
            }
            Runnable done = () -> {
                underWay.decrementAndGet();
                sent.done(count == failAt ? new IOException("broken") : null);
                sent.done(new IOException("called twice"));
            };
            if (random.nextInt(3) == 0) {
                done.run();
            } else {
                completers.execute(done);
            }
        }

        void close(DisconnectReason reason) {
            closed.incrementAndGet();
        }

        boolean writes() {
            return !stalled && !Thread.currentThread().isInterrupted();
        }

        void check() {
            assertEquals(0, wrong.get(), "writes that overlapped, or came out of order");
        }
    }
}
