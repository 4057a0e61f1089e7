package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Turns on threads that begin when the test says so. */
class TurnsTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final Turns turns = Turns.held(threads::add, failures::add);
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingRunsBeforeTheRelease() {
        turns.execute(() -> ran.add("a"));
        turns.execute(() -> ran.add("b"));
        assertEquals(0, threads.size());
        turns.release();
        runThreads();
        assertEquals(List.of("a", "b"), ran);
        turns.execute(() -> ran.add("c"));
        runThreads();
        assertEquals(List.of("a", "b", "c"), ran);
    }

    @Test
    void stepsRunWhenTheirTaskHasEndedAndBeforeTheNext() {
        turns.release();
        turns.execute(() -> {
            turns.next(() -> ran.add("step 1"));
            turns.next(() -> ran.add("step 2"));
            ran.add("task 1");
        });
        turns.execute(() -> ran.add("task 2"));
        runThreads();
        assertEquals(List.of("task 1", "step 1", "step 2", "task 2"), ran);
    }

    @Test
    void whoLosesTheTurnRunsNothingMoreAndTheSuccessorAllThatWaits() {
        turns.release();
        turns.execute(() -> {
            turns.next(() -> {
                turns.handOver(() -> ran.add("rest"));
                turns.execute(() -> ran.add("task 3"));
                return false;
            });
            turns.next(() -> ran.add("step 2"));
        });
        turns.execute(() -> ran.add("task 2"));
        threads.remove().run();
        assertEquals(List.of(), ran, "by the thread that has lost the turn");
        assertEquals(1, threads.size(), "one successor");
        threads.remove().run();
        assertEquals(List.of("rest", "step 2", "task 2", "task 3"), ran);
        turns.execute(() -> ran.add("task 4"));
        assertEquals(1, threads.size(), "the turn was given back once");
        runThreads();
        assertEquals("task 4", ran.get(4));
    }

    @Test
    void whatThrowsHarmsNothing() {
        turns.release();
        turns.execute(() -> {
            turns.next(() -> {
                throw new IllegalStateException("thrown by the test's step");
            });
            throw new IllegalStateException("thrown by the test's task");
        });
        turns.execute(() -> ran.add("next"));
        runThreads();
        assertEquals(List.of("next"), ran);
    }

    private void runThreads() {
        for (Runnable thread = threads.poll(); thread != null; thread = threads.poll()) {
            thread.run();
        }
    }
}
