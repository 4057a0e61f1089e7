package dev.roomcast.examples.portfolio;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Awaits what only asking again can tell. */
final class Await {
    private static final long BETWEEN_QUESTIONS_MS = 50;

    private Await() {}

    /** Asks until the answer is yes, and returns how long that took; fails if it is not within the limit. */
    static Duration until(String what, Duration limit, Callable<Boolean> question) throws Exception {
        long start = System.nanoTime();
        ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();
        CompletableFuture<Void> yes = new CompletableFuture<>();
        asking.scheduleWithFixedDelay(() -> ask(question, yes), 0, BETWEEN_QUESTIONS_MS, TimeUnit.MILLISECONDS);
        try {
            yes.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return Duration.ofNanos(System.nanoTime() - start);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + limit.toMillis() + " ms: " + what, e);
        } catch (ExecutionException e) {
            throw new AssertionError("while waiting until " + what, e.getCause());
        } finally {
            asking.shutdownNow();
        }
    }

    private static void ask(Callable<Boolean> question, CompletableFuture<Void> yes) {
        try {
            if (question.call()) {
                yes.complete(null);
            }
        } catch (Exception | AssertionError e) {
            yes.completeExceptionally(e);
        }
    }
}
