package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.engine.delivery.DisconnectExecutor;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Callbacks;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.EngineThreads;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.SerialExecutor;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupt that code of the application leaves on a thread of the engine is not for what comes next there. */
class InterruptsTest {

    private static final long PATIENCE =
            Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M")).toSeconds();

    private final Execution execution = new EngineThreads("interrupts").start();

    @AfterEach
    void end() {
        execution.ending().begin();
    }

    @Test
    void tasksOfOneExecutor() throws Exception {
        assertFalse(isSecondInterrupted(new SerialExecutor(execution)));
    }

    @Test
    void callbacks() throws Exception {
        Watchdog watchdog = new Watchdog(execution, Duration.ofSeconds(PATIENCE));
        Callbacks callbacks = new Callbacks(execution, watchdog, new Counters());
        assertFalse(isSecondInterrupted(callbacks::run));
    }

    @Test
    void connectionsThatAreClosed() throws Exception {
        int count = 20 * DisconnectExecutor.MOST_AT_ONCE;
        RoomIndex index = new RoomIndex(new NoObserver(), 1);
        DisconnectExecutor executor = new DisconnectExecutor(execution, new Counters());
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch allThere = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Connection connection = Connection.of("m" + i, packet -> {}, why -> {
                interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                allThere.await();
                Thread.currentThread().interrupt();
            });
            LocalMember member = new LocalMember(index, connection, "m" + i, null, Map.of());
            index.add(member);
            executor.disconnect(member, new DisconnectReason(Kind.ENDED, "by the test"), left::countDown);
        }
        allThere.countDown();
        assertTrue(left.await(PATIENCE, TimeUnit.SECONDS));
        assertEquals(0, interrupted.get());
    }

    private static boolean isSecondInterrupted(Executor executor) throws Exception {
        CountDownLatch bothThere = new CountDownLatch(1);
        CompletableFuture<Boolean> second = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                bothThere.await();
            } catch (InterruptedException e) {
                second.completeExceptionally(e);
            }
            Thread.currentThread().interrupt();
        });
        executor.execute(() -> second.complete(Thread.currentThread().isInterrupted()));
        bothThere.countDown();
        return second.get(PATIENCE, TimeUnit.SECONDS);
    }
}
