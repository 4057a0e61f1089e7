package dev.roomcast.adapter.engine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** The turns of inbox and deliveries, on threads that begin when the test says so. */
class DeliveryQueueTest {

    private static final int MOST_BYTES = 1 << 20;

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final DeliveryQueue deliveryQueue = new DeliveryQueue(threads::add, failures::add, MOST_BYTES);
    private final Inbox inbox = new Inbox(threads::add, failures::add, deliveryQueue, 1 << 20, new Counters());
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingRunsBeforeTheInboxIsOpen() {
        inbox.run(() -> ran.add("a"));
        inbox.run(() -> ran.add("b"));
        assertEquals(0, threads.size());
        inbox.open();
        runThreads();
        assertEquals(List.of("a", "b"), ran);
        inbox.run(() -> ran.add("c"));
        runThreads();
        assertEquals(List.of("a", "b", "c"), ran);
    }

    @Test
    void theThreadOfTheInboxDeliversOnceItHasLetGoOfItsTurn() {
        inbox.open();
        inbox.run(() -> {
            deliver("step 1", () -> inbox.run(() -> ran.add("another task")));
            deliver("step 2", () -> {});
            ran.add("task");
        });
        threads.remove().run();
        assertEquals(List.of("task", "step 1", "step 2"), ran);
        assertEquals(1, threads.size(), "the inbox's turn was free");
        runThreads();
        assertEquals("another task", ran.get(3));
    }

    @Test
    void aFewPacketsTakeNoThreadOfTheirOwn() {
        inbox.open();
        for (int i = 0; i < 60; i++) {
            inbox.run(() -> deliver("step", () -> {}));
        }
        threads.remove().run();
        assertEquals(60, ran.size());
        assertEquals(0, threads.size());
    }

    @Test
    void whereTasksDoNotEndAnotherThreadDelivers() {
        inbox.open();
        inbox.run(() -> deliver("step 1", () -> {}));
        for (int i = 0; i < 99; i++) {
            inbox.run(() -> ran.add("task"));
        }
        inbox.run(() -> deliver("step 2", () -> {}));
        threads.remove().run();
        assertEquals(Collections.nCopies(99, "task"), ran);
        assertEquals(1, threads.size(), "one deliverer");
        runThreads();
        assertEquals(List.of("step 1", "step 2"), ran.subList(99, ran.size()));
    }

    @Test
    void whereMuchIsToBeDeliveredAnotherThreadDoesThatAtOnce() {
        whileAnotherTaskWaits(1 << 15, deliveryQueue, inbox);
        DeliveryQueue small = new DeliveryQueue(threads::add, failures::add, 1000);
        whileAnotherTaskWaits(0, small, new Inbox(threads::add, failures::add, small, 1 << 20, new Counters()));
    }

    private void whileAnotherTaskWaits(int payload, DeliveryQueue to, Inbox from) {
        ran.clear();
        from.open();
        from.run(() -> to.add(payload, () -> ran.add("step")));
        from.run(() -> ran.add("task, and " + threads.size() + " thread"));
        threads.remove().run();
        assertEquals(List.of("task, and 1 thread"), ran);
        runThreads();
        assertEquals("step", ran.get(1));
    }

    @Test
    void whoLosesTheTurnRunsNothingMoreAndTheSuccessorAllThatWaits() {
        inbox.open();
        inbox.run(() -> {
            deliveryQueue.add(0, () -> {
                deliveryQueue.handOver(() -> ran.add("rest"));
                return false;
            });
            deliver("step 2", () -> {});
        });
        threads.remove().run();
        inbox.run(() -> {
            deliver("step 3", () -> {});
            ran.add("task 2");
        });
        assertEquals(List.of(), ran, "by the thread that has lost the turn");
        assertEquals(2, threads.size(), "a successor, and the inbox");
        runThreads();
        assertEquals(List.of("rest", "step 2", "task 2", "step 3"), ran);
        inbox.run(() -> deliver("step 4", () -> {}));
        runThreads();
        assertEquals("step 4", ran.get(4), "the turn was given back once");
    }

    @Test
    void itIsFullUntilWhatWaitsIsDelivered() {
        inbox.open();
        inbox.run(() -> {
            assertFalse(deliveryQueue.isFull());
            deliveryQueue.add(MOST_BYTES, () -> {
                ran.add("full: " + deliveryQueue.isFull());
                return true;
            });
            assertTrue(deliveryQueue.isFull());
        });
        runThreads();
        assertEquals(List.of("full: true"), ran);
        assertFalse(deliveryQueue.isFull());
        assertEquals(0, deliveryQueue.bytes());
    }

    @Test
    void whatThrowsHarmsNothing() {
        inbox.open();
        inbox.run(() -> {
            deliver("", () -> {
                throw new IllegalStateException("thrown by the test's step");
            });
            throw new IllegalStateException("thrown by the test's task");
        });
        inbox.run(() -> deliver("next", () -> {}));
        runThreads();
        assertEquals(List.of("", "next"), ran);
        assertEquals(2, failures.size());
        assertEquals(0, deliveryQueue.bytes());
    }

    private void deliver(String step, Runnable then) {
        deliveryQueue.add(0, () -> {
            ran.add(step);
            then.run();
            return true;
        });
    }

    private void runThreads() {
        for (Runnable thread = threads.poll(); thread != null; thread = threads.poll()) {
            thread.run();
        }
    }
}
