package dev.roomcast.adapter.engine.runtime;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Published;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * Completes stages on another thread than the one with the answer, because their callbacks belong to the application.
 * It also counts each failure and logs failures at intervals, even if the application ignores them.
 */
public final class Stages {

    /** Shared by all that is done at once; nobody can complete it otherwise. */
    public static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    /** Of each packet that concerns this node alone. */
    public static final CompletionStage<Published> ON_THIS_NODE =
            CompletableFuture.completedStage(Published.onThisNode());

    private final Callbacks callbacks;
    private final Counters counters;
    private final RateLimitedLog log;

    public Stages(Execution execution, Watchdog watchdog, Counters counters) {
        this.callbacks = new Callbacks(execution, watchdog, counters);
        this.counters = counters;
        this.log = new RateLimitedLog(LoggerFactory.getLogger("dev.roomcast.adapter"), execution);
    }

    /** Completes stages, each by its own call. With many rooms, each packet has a list of its own: it costs no object more. */
    public void completeAll(List<? extends Runnable> stages) {
        callbacks.runAll(stages.iterator());
    }

    public void complete(List<? extends CompletableFuture<Void>> stages) {
        callbacks.runAll(stages.stream()
                .<Runnable>map(stage -> () -> GuardedStage.end(stage, null))
                .iterator());
    }

    public <T> void complete(CompletableFuture<T> stage, T value) {
        callbacks.run(() -> GuardedStage.end(stage, value));
    }

    /** Tells the application something, before whatever is completed later; what that throws is its own. */
    public void tell(Runnable call) {
        callbacks.run(() -> {
            try {
                call.run();
            } catch (Throwable t) {
                counters.add(Counters.LISTENERS_FAILED);
                log.warn("a callback failed", t);
            }
        });
    }

    /** How many callbacks have not returned for too long. */
    public int held() {
        return callbacks.held();
    }

    /** A stage that completes when all do, and fails with the first failure. */
    public CompletionStage<Void> all(List<CompletionStage<Void>> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        GuardedStage<Void> all = new GuardedStage<>();
        AtomicInteger left = new AtomicInteger(parts.size() + 1);
        Runnable oneLess = () -> {
            if (left.decrementAndGet() == 0) {
                all.end(null);
            }
        };
        for (CompletionStage<Void> part : parts) {
            part.whenComplete((done, failure) -> {
                if (failure != null) {
                    all.fail(failure);
                }
                oneLess.run();
            });
        }
        oneLess.run();
        return all;
    }

    /** Fails a stage, unless it is complete already. */
    public void fail(CompletableFuture<?> stage, AdapterException failure) {
        callbacks.run(() -> {
            if (failNow(stage, failure) && failure.outcome() != Outcome.CLOSED) {
                log.warn(Failures.text(failure), failure.getCause());
            }
        });
    }

    /** Fails a stage for a reason that has been logged already. */
    public void failQuietly(CompletableFuture<?> stage, AdapterException failure) {
        callbacks.run(() -> failNow(stage, failure));
    }

    private boolean failNow(CompletableFuture<?> stage, AdapterException failure) {
        boolean failed = GuardedStage.fail(stage, failure);
        if (failed) {
            counters.add(Counters.STAGES_FAILED);
        }
        return failed;
    }
}
