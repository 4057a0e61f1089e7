package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection.Closer;
import dev.roomcast.adapter.Connection.Cut;
import dev.roomcast.adapter.DisconnectReason.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On one thread: time passes when a test says so. */
class CuttingCloserTest {

    private static final DisconnectReason GO = new DisconnectReason(Kind.TOO_SLOW, "go");

    private record Later(Duration delay, Runnable task) {}

    private final List<Later> later = new ArrayList<>();
    private final List<Object> called = new ArrayList<>();

    private Closer closer(Closer closeFrame, Cut cut) {
        return closer(closeFrame, cut, (delay, task) -> later.add(new Later(delay, task)));
    }

    private static Closer closer(Closer closeFrame, Cut cut, QueueThreads.Timer timer) {
        return new CuttingCloser(closeFrame, cut, new QueueThreads(Runnable::run, Runnable::run, timer, () -> 0));
    }

    private void twoSecondsPass() {
        assertEquals(
                List.of(Duration.ofSeconds(2)), later.stream().map(Later::delay).toList());
        later.remove(0).task().run();
    }

    @Test
    void aConnectionWhoseCloseFrameNeverLeavesIsCutTwoSecondsLater() throws Exception {
        closer(called::add, () -> called.add("cut")).close(GO);
        assertEquals(List.of(GO), called);
        twoSecondsPass();
        assertEquals(List.of(GO, "cut"), called);
    }

    @Test
    void aConnectionWhoseCloseFrameBlocksIsCutMeanwhile() throws Exception {
        Closer blocks = why -> {
            twoSecondsPass();
            called.add("close frame");
        };
        closer(blocks, () -> called.add("cut")).close(GO);
        assertEquals(List.of("cut", "close frame"), called);
    }

    @Test
    void aCloseFrameThatThrowsIsToldAndTheConnectionIsCut() {
        IOException failure = new IOException("thrown by the test");
        Closer fails = why -> {
            throw failure;
        };
        Closer closer = closer(fails, () -> called.add("cut"));
        assertSame(failure, assertThrows(IOException.class, () -> closer.close(GO)));
        twoSecondsPass();
        assertEquals(List.of("cut"), called);
    }

    @Test
    void aCutThatThrowsHarmsNobody() throws Exception {
        Cut fails = () -> {
            called.add("cut");
            throw new IOException("thrown by the test");
        };
        closer(called::add, fails).close(GO);
        twoSecondsPass();
        assertEquals(List.of(GO, "cut"), called);
    }

    @Test
    void whereNoThreadCanBeStartedItIsCutAfterTheCloseFrameAndOnce() throws Exception {
        QueueThreads.Timer none = (delay, task) -> {
            // As a ScheduledThreadPoolExecutor, which runs it when it gets a thread later.
            later.add(new Later(delay, task));
            throw new OutOfMemoryError("unable to create native thread: thrown by the test");
        };
        closer(called::add, () -> called.add("cut"), none).close(GO);
        assertEquals(List.of(GO, "cut"), called);
        twoSecondsPass();
        assertEquals(List.of(GO, "cut"), called);
    }

    @Test
    @Timeout(60)
    void theSharedTimerRunsTasksOnDaemons() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        QueueThreads.SHARED.timer().after(Duration.ofMillis(1), () -> ran.complete(Thread.currentThread()));
        assertTrue(ran.get().isDaemon());
    }

    @Test
    void itNeedsBothSteps() {
        assertThrows(NullPointerException.class, () -> Closer.closeThenCut(null, () -> {}));
        assertThrows(NullPointerException.class, () -> Closer.closeThenCut(why -> {}, null));
    }
}
