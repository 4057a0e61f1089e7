package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.DisconnectReason.Kind;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On one thread: the writes of this server are done when a test says so, and what the queues leave to their threads as well. */
class QueuedConnectionTest {

    private static final QueueLimit AMPLE = QueueLimit.bytes(Integer.MAX_VALUE);
    /** Room for two packets of one character. */
    private static final QueueLimit TWO = QueueLimit.bytes(2 * (QueuedConnection.OVERHEAD + 1));

    private final List<String> written = new ArrayList<>();
    private final Deque<Connection.Sent> writing = new ArrayDeque<>();
    private static final DisconnectReason GO = new DisconnectReason(Kind.ENDED, "go");
    private static final DisconnectReason FAILED = new DisconnectReason(Kind.FAILED, "a packet could not be sent");

    private final QueueMemory memory = new QueueMemory(Long.MAX_VALUE);
    private long now;
    private final Deque<Runnable> toWrite = new ArrayDeque<>();
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private final List<DisconnectReason> closed = new ArrayList<>();

    private QueuedConnection slow(QueueLimit limit) {
        return queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.isText() ? packet.text() : "binary");
                    writing.add(sent);
                },
                closed::add,
                limit);
    }

    private QueuedConnection queued(
            String id, Connection.AsyncSender sender, Connection.Closer closer, QueueLimit limit) {
        return new QueuedConnection(
                id,
                sender,
                closer,
                limit,
                new QueueThreads(toWrite::add, toClose::add, QueueThreads.SHARED.timer(), () -> now),
                memory);
    }

    private static void run(Deque<Runnable> tasks) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private List<DisconnectReason> closed() {
        run(toClose);
        return closed;
    }

    private void writeIsDone() {
        writing.remove().done(null);
    }

    private static void send(QueuedConnection connection, String... texts) throws IOException {
        for (String text : texts) {
            connection.send(Packet.text(text));
        }
    }

    private static IOException refused(QueuedConnection connection, String text) {
        return assertThrows(IOException.class, () -> send(connection, text));
    }

    @Test
    void thePacketsLeaveOneByOneInOrder() throws Exception {
        QueuedConnection connection = slow(AMPLE);
        assertEquals("c1", connection.id());
        send(connection, "a", "b", "c");
        assertEquals(List.of("a"), written);
        assertEquals(3, connection.waitingPackets());
        assertEquals(3 * (QueuedConnection.OVERHEAD + 1), connection.waitingBytes());
        writeIsDone();
        assertEquals(List.of("a", "b"), written);
        writeIsDone();
        writeIsDone();
        assertEquals(List.of("a", "b", "c"), written);
        assertEquals(0, connection.waitingPackets());
        assertEquals(0, connection.waitingBytes());
        send(connection, "d");
        assertEquals(List.of("a", "b", "c", "d"), written);
    }

    @Test
    void theServerGetsThePacketItself() throws Exception {
        Packet packet = Packet.bytes(new byte[] {1});
        queued("c1", (given, sent) -> assertSame(packet, given), closed::add, AMPLE)
                .send(packet);
        assertTrue(closed().isEmpty(), closed::toString);
    }

    @Test
    void aSecondDoneForOnePacketIsIgnored() throws Exception {
        QueuedConnection connection = slow(AMPLE);
        send(connection, "a", "b", "c");
        Connection.Sent first = writing.remove();
        first.done(null);
        first.done(null);
        first.done(new IOException("late"));
        assertEquals(List.of("a", "b"), written, "b is not done yet");
        assertTrue(closed().isEmpty(), closed::toString);
        assertEquals(2, connection.waitingPackets());
    }

    @Test
    void aHundredThousandPacketsThatAreDoneAtOnceFitOnTheStack() throws Exception {
        int count = 100_000;
        List<Connection.Sent> held = new ArrayList<>();
        int[] sentCount = {0};
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    if (sentCount[0]++ == 0) {
                        held.add(sent);
                    } else {
                        sent.done(null);
                    }
                },
                closed::add,
                AMPLE);
        Packet packet = Packet.text("x");
        for (int i = 0; i < count; i++) {
            connection.send(packet);
        }
        assertEquals(1, sentCount[0]);
        assertEquals(count, connection.waitingPackets());
        held.get(0).done(null);
        assertEquals(1 + QueuedConnection.MOST_PACKETS_AT_ONCE, sentCount[0], "the rest is not the caller's");
        run(toWrite);
        assertEquals(count, sentCount[0]);
        assertEquals(0, connection.waitingBytes());
    }

    @Test
    void aSenderThatSendsMoreIsNotCalledWithinItself() throws Exception {
        List<QueuedConnection> self = new ArrayList<>();
        self.add(queued(
                "c1",
                (packet, sent) -> {
                    sent.done(null);
                    if (packet.text().length() < 10_000) {
                        send(self.get(0), packet.text() + "x");
                    }
                    written.add(packet.text());
                },
                closed::add,
                AMPLE));
        send(self.get(0), "");
        assertEquals(QueuedConnection.MOST_PACKETS_AT_ONCE, written.size());
        run(toWrite);
        assertEquals(10_001, written.size());
        assertEquals("", written.get(0));
    }

    @Test
    void aClientThatIsTooSlowIsDisconnected() throws Exception {
        QueuedConnection connection = slow(TWO.thenSkip().thenDisconnect());
        send(connection, "a", "b");
        IOException failure = refused(connection, "c");
        assertTrue(failure.getMessage().contains("too slow: more than 130 bytes"), failure::toString);
        assertEquals(
                List.of(new DisconnectReason(Kind.TOO_SLOW, "too slow: more than 130 bytes would wait")), closed());
        assertEquals(1, connection.skippedPackets(), "b; c was refused aloud");
        assertEquals(0, connection.waitingBytes());
        assertEquals(failure.getMessage(), refused(connection, "d").getMessage());
        writeIsDone();
        assertEquals(List.of("a"), written);
        assertEquals(1, closed().size());
        assertEquals(1, connection.skippedPackets());
    }

    @Test
    void disconnectingIsTheRule() throws Exception {
        QueuedConnection connection = slow(TWO);
        send(connection, "a", "b");
        refused(connection, "c");
        assertEquals(1, closed().size());
    }

    @Test
    void whatDoesNotFitIsSkippedAndCounted() throws Exception {
        QueuedConnection connection = slow(TWO.thenSkip());
        send(connection, "a", "b", "c", "d");
        assertEquals(2, connection.skippedPackets());
        assertEquals(2, connection.waitingPackets());
        writeIsDone();
        send(connection, "e");
        writeIsDone();
        writeIsDone();
        assertEquals(List.of("a", "b", "e"), written);
        assertEquals(2, connection.skippedPackets());
        assertTrue(closed().isEmpty(), closed::toString);
    }

    @Test
    void aPacketThatFindsTheQueueEmptyFits() throws Exception {
        QueuedConnection connection = slow(QueueLimit.bytes(1));
        send(connection, "large");
        writeIsDone();
        send(connection, "large");
        assertEquals(List.of("large", "large"), written);
        refused(connection, "");
    }

    @Test
    void theLimitIsInBytesOfUtf8() throws Exception {
        QueuedConnection connection = slow(AMPLE);
        send(connection, "h\u00e4");
        assertEquals(QueuedConnection.OVERHEAD + 3, connection.waitingBytes());
    }

    @Test
    void aSenderThatThrowsClosesTheConnectionOnce() throws Exception {
        IOException broken = new IOException("broken");
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    throw broken;
                },
                closed::add,
                AMPLE);
        for (String text : List.of("a", "b")) {
            IOException failure = refused(connection, text);
            assertSame(broken, failure.getCause());
            assertTrue(failure.getMessage().contains("could not be sent"), failure::toString);
        }
        assertEquals(List.of(FAILED), closed());
        assertEquals(0, connection.skippedPackets(), "both were refused aloud");
    }

    @Test
    void aFailureThatIsReportedClosesTheConnectionOnce() throws Exception {
        QueuedConnection connection = slow(AMPLE);
        send(connection, "a", "b", "c");
        IOException broken = new IOException("broken");
        Connection.Sent first = writing.remove();
        first.done(broken);
        first.done(broken);
        assertEquals(List.of(FAILED), closed());
        assertEquals(List.of("a"), written);
        assertEquals(2, connection.skippedPackets());
        assertEquals(0, connection.waitingPackets());
        assertSame(broken, refused(connection, "d").getCause());
    }

    @Test
    void aFailureThatIsReportedAtOnceIsThrown() {
        IOException broken = new IOException("broken");
        QueuedConnection connection = queued("c1", (packet, sent) -> sent.done(broken), closed::add, AMPLE);
        assertSame(broken, refused(connection, "a").getCause());
        assertEquals(1, closed().size());
    }

    @Test
    void aFailureThatIsReportedAndThrownClosesTheConnectionOnce() {
        IOException broken = new IOException("broken");
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    sent.done(broken);
                    throw new IOException("also broken");
                },
                closed::add,
                AMPLE);
        assertSame(broken, refused(connection, "a").getCause(), "what came first");
        assertEquals(1, closed().size());
    }

    @Test
    void aSenderThatThrowsAfterDoneClosesTheConnection() throws Exception {
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    sent.done(null);
                    throw new IOException("broken");
                },
                closed::add,
                AMPLE);
        refused(connection, "a");
        assertEquals(1, closed().size());
    }

    @Test
    void disconnectDropsWhatWaits() throws Exception {
        QueuedConnection connection = slow(AMPLE);
        send(connection, "a", "b", "c");
        connection.disconnect(GO);
        connection.disconnect(new DisconnectReason(Kind.BANNED, "again"));
        assertEquals(List.of(GO), closed());
        assertEquals(2, connection.skippedPackets());
        writeIsDone();
        assertEquals(List.of("a"), written);
        assertTrue(refused(connection, "d").getMessage().endsWith("closed: go"));
        assertNull(refused(connection, "d").getCause());
    }

    @Test
    void aSenderMayDisconnect() throws Exception {
        List<QueuedConnection> self = new ArrayList<>();
        self.add(queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    send(self.get(0), "more");
                    self.get(0).disconnect(GO);
                    sent.done(null);
                },
                closed::add,
                AMPLE));
        send(self.get(0), "a");
        assertEquals(List.of("a"), written);
        assertEquals(List.of(GO), closed());
        assertEquals(1, self.get(0).skippedPackets());
    }

    @Test
    void aCloserThatThrowsHidesNothing() throws Exception {
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {},
                why -> {
                    closed.add(why);
                    throw new IOException("cannot be closed");
                },
                TWO);
        send(connection, "a", "b");
        assertTrue(refused(connection, "c").getMessage().contains("too slow"));
        assertEquals(1, closed().size());
        QueuedConnection other = queued(
                "c2",
                (packet, sent) -> {},
                why -> {
                    throw new IOException("cannot be closed");
                },
                TWO);
        assertThrows(IOException.class, () -> other.disconnect(GO), "the caller is told");
    }

    /** While a write does not return, other threads neither wait nor write. */
    @Test
    void aSendDoesNotWaitForOneThatBlocks() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    sent.done(null);
                    entered.countDown();
                    released.await();
                },
                closed::add,
                AMPLE);
        Thread blocked = new Thread(() -> {
            try {
                send(connection, "a");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        blocked.start();
        entered.await();
        send(connection, "b", "c");
        assertEquals(List.of("a"), written);
        assertEquals(2, connection.waitingPackets());
        released.countDown();
        blocked.join();
        assertEquals(List.of("a", "b", "c"), written);
    }

    @Test
    void aSendWritesFewLargePackets() throws Exception {
        List<QueuedConnection> self = new ArrayList<>();
        self.add(queued(
                "c1",
                (packet, sent) -> {
                    written.add("one");
                    sent.done(null);
                    if (written.size() < 10) {
                        self.get(0).send(packet);
                    }
                },
                closed::add,
                AMPLE));
        self.get(0).send(Packet.bytes(new byte[QueuedConnection.MOST_BYTES_AT_ONCE / 2]));
        assertEquals(2, written.size());
        run(toWrite);
        assertEquals(10, written.size());
    }

    @Test
    void whoSendsNextGoesOnIfOurThreadsAreBusy() throws Exception {
        int more = QueuedConnection.MOST_PACKETS_AT_ONCE;
        List<QueuedConnection> self = new ArrayList<>();
        self.add(queued(
                "c1",
                (packet, sent) -> {
                    sent.done(null);
                    written.add(packet.text());
                    for (int i = 1; written.size() == 1 && i <= more; i++) {
                        send(self.get(0), "" + i);
                    }
                },
                closed::add,
                AMPLE));
        send(self.get(0), "0");
        assertEquals(more, written.size());
        send(self.get(0), "next");
        assertEquals(more + 2, written.size());
        assertEquals("next", written.get(more + 1));
        run(toWrite);
        assertEquals(more + 2, written.size());
        assertEquals(0, self.get(0).waitingPackets());
    }

    /** It may block, and {@code send} must not. */
    @Test
    void whoSendsAfterAWriteThatTookLongLeavesItToOurThreadsUntilNothingWaits() throws Exception {
        long[] took = {QueuedConnection.MOST_NANOS_AT_ONCE + 1};
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    now += took[0];
                    sent.done(null);
                },
                closed::add,
                AMPLE);
        send(connection, "a");
        assertEquals(List.of("a"), written);
        took[0] = 0;
        send(connection, "b", "c");
        assertEquals(List.of("a"), written, "what the one that sends wrote itself");
        assertEquals(2, connection.waitingPackets());
        assertEquals(1, toWrite.size(), "how often our threads were asked");
        run(toWrite);
        assertEquals(List.of("a", "b", "c"), written);
        send(connection, "d");
        assertEquals(List.of("a", "b", "c", "d"), written);
        assertEquals(0, toWrite.size());
    }

    @Test
    void whoSendsWritesAgainOnceOurThreadsHaveWrittenAllAlsoIfThatIsDoneLater() throws Exception {
        long[] took = {QueuedConnection.MOST_NANOS_AT_ONCE + 1};
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    now += took[0];
                    writing.add(sent);
                },
                closed::add,
                AMPLE);
        send(connection, "a");
        took[0] = 0;
        writeIsDone();
        send(connection, "b");
        assertEquals(List.of("a"), written);
        run(toWrite);
        writeIsDone();
        send(connection, "c");
        assertEquals(List.of("a", "b", "c"), written, "nothing had waited");
        assertEquals(0, toWrite.size());
    }

    @Test
    void whoSendsWritesAllTheSameIfOurThreadsAreBusy() throws Exception {
        QueuedConnection connection = queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    now += QueuedConnection.MOST_NANOS_AT_ONCE + 1;
                    sent.done(null);
                },
                closed::add,
                AMPLE);
        send(connection, "a", "b");
        now += QueuedConnection.MOST_NANOS_FOR_OUR_THREADS;
        send(connection, "c");
        assertEquals(List.of("a"), written);
        now++;
        send(connection, "d");
        assertEquals(List.of("a", "b"), written);
    }

    @Test
    void aSendThatFindsOurThreadSendingSlowlyWaits() throws Exception {
        QueuedConnection[] connection = {null};
        connection[0] = queued(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    now += QueuedConnection.MOST_NANOS_AT_ONCE + 1;
                    if (packet.text().equals("b")) {
                        send(connection[0], "c");
                    }
                    sent.done(null);
                },
                closed::add,
                AMPLE);
        send(connection[0], "a", "b");
        toWrite.remove().run();
        assertEquals(List.of("a", "b"), written);
        run(toWrite);
        assertEquals(List.of("a", "b", "c"), written);
    }

    @Test
    void theCloserIsNotCalledByWhoSends() throws Exception {
        QueuedConnection connection = slow(TWO);
        send(connection, "a", "b");
        refused(connection, "c");
        assertEquals(List.of(), closed);
        run(toClose);
        assertEquals(1, closed.size());
        QueuedConnection failing = slow(AMPLE);
        send(failing, "a");
        writing.removeLast().done(new IOException("broken"));
        assertEquals(1, closed.size());
        run(toClose);
        assertEquals(2, closed.size());
    }

    /** What an exception says of itself is the server's code. This class logs at debug here. */
    @Test
    void aFailureThatCannotBeLoggedKeepsNoConnectionOpen() throws Exception {
        QueuedConnection connection = slow(AMPLE);
        send(connection, "a");
        writing.remove().done(new IOException("thrown by the test") {
            @Override
            public String getMessage() {
                throw new IllegalStateException("thrown by the test");
            }
        });
        assertEquals(List.of(FAILED), closed());
    }

    /** Where all threads of the queues are held, the adapter's still call it. */
    @Test
    void whoDisconnectsBeforeTheCloserWasCalledCallsIt() throws Exception {
        QueuedConnection connection = slow(TWO);
        send(connection, "a", "b");
        refused(connection, "c");
        connection.disconnect(GO);
        assertEquals(1, closed.size());
        assertEquals(Kind.TOO_SLOW, closed.get(0).kind(), "the first reason");
        run(toClose);
        connection.disconnect(GO);
        assertEquals(1, closed.size());
    }

    @Test
    void allQueuesTogetherHaveALimit() throws Exception {
        memory.limit(2 * (QueuedConnection.OVERHEAD + 2));
        QueuedConnection first = slow(AMPLE);
        QueuedConnection second = slow(AMPLE);
        send(first, "a", "b", "c");
        send(second, "a");
        IOException failure = refused(second, "b");
        assertTrue(failure.getCause().getMessage().contains("roomcast.limit.queued-bytes"), failure::toString);
        assertEquals(
                List.of(new DisconnectReason(
                        Kind.TOO_SLOW, "too slow: more than 132 bytes would wait for all clients")),
                closed());
        QueuedConnection third = slow(AMPLE);
        send(third, "who waits for nothing is sent to");
        QueuedConnection skipping = slow(AMPLE.thenSkip());
        send(skipping, "a", "b");
        assertEquals(1, skipping.skippedPackets());
        writeIsDone();
        send(skipping, "c");
        assertEquals(2, skipping.skippedPackets(), "b is being written, and held all the same");
        first.disconnect(GO);
        assertEquals(0, memory.bytes());
    }

    @Test
    void aPacketThatWaitsInManyQueuesCountsOnce() throws Exception {
        Packet packet = Packet.bytes(new byte[1000]);
        List<QueuedConnection> connections = List.of(slow(AMPLE), slow(AMPLE), slow(AMPLE));
        for (QueuedConnection connection : connections) {
            connection.send(packet);
            connection.send(packet);
            connection.send(packet);
        }
        assertEquals(1000 + 6 * QueuedConnection.OVERHEAD, memory.bytes());
        connections.get(0).disconnect(GO);
        assertEquals(1000 + 4 * QueuedConnection.OVERHEAD, memory.bytes());
        while (!writing.isEmpty()) {
            writeIsDone();
        }
        assertEquals(0, memory.bytes());
    }

    @Test
    void whatDoesNotFitIntoAllIsNotCounted() throws Exception {
        memory.limit(QueuedConnection.OVERHEAD + 10);
        QueuedConnection connection = slow(AMPLE.thenSkip());
        Packet large = Packet.bytes(new byte[11]);
        connection.send(large);
        connection.send(large);
        assertEquals(1, connection.skippedPackets());
        assertEquals(0, memory.bytes());
        connection.send(Packet.bytes(new byte[10]));
        assertEquals(1, connection.skippedPackets());
    }

    /** A server may forget a connection whose writes are never done. */
    @Test
    @Timeout(120)
    void whatWaitsForAForgottenConnectionIsGivenBack() throws Exception {
        QueuedConnection forgotten = queued("c1", (packet, sent) -> {}, why -> {}, AMPLE);
        send(forgotten, "a", "b", "c");
        assertTrue(memory.bytes() > 0);
        Reference.reachabilityFence(forgotten);
        forgotten = null;
        while (memory.bytes() > 0) {
            assertFalse(Thread.currentThread().isInterrupted(), "it is never given back");
            System.gc();
        }
    }

    @Test
    void aLimitThatLetsNothingWaitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> QueueLimit.bytes(0));
        assertThrows(IllegalArgumentException.class, () -> QueueLimit.bytes(-1));
        assertEquals(
                "QueueLimit[5 bytes, then skip]", QueueLimit.bytes(5).thenSkip().toString());
        assertEquals("QueueLimit[5 bytes, then disconnect]", QueueLimit.bytes(5).toString());
    }

    @Test
    void whereNoThreadCanBeStartedTheCallerDoesIt() throws Exception {
        Executor none = task -> {
            throw new OutOfMemoryError("unable to create native thread: thrown by the test");
        };
        List<Connection.Sent> first = new ArrayList<>();
        QueuedConnection connection = new QueuedConnection(
                "c1",
                (packet, sent) -> {
                    written.add(packet.text());
                    if (first.isEmpty()) {
                        first.add(sent);
                    } else if (packet.text().equals("last")) {
                        throw new IOException("thrown by the test");
                    } else {
                        sent.done(null);
                    }
                },
                closed::add,
                AMPLE,
                new QueueThreads(none, none, QueueThreads.SHARED.timer(), () -> now),
                memory);
        for (int i = 0; i < 100; i++) {
            connection.send(Packet.text("p" + i));
        }
        first.get(0).done(null);
        assertEquals(100, written.size());
        assertThrows(IOException.class, () -> connection.send(Packet.text("last")));
        assertEquals(List.of(FAILED), closed);
    }
}
