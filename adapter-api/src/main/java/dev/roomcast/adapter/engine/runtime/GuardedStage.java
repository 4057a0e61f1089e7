package dev.roomcast.adapter.engine.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stage for the application, which the engine alone completes: {@code toCompletableFuture} makes a copy (Rule 5.13). What hangs on it gets
 * a failure as it is, which the JDK's minimal stage would wrap, and it costs no second object.
 */
public class GuardedStage<T> extends CompletableFuture<T> {

    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException(
                "only the adapter completes its stages: use toCompletableFuture(), which is a copy");
    }

    /** Completes a stage of the engine, guarded or not. */
    static <T> boolean end(CompletableFuture<T> stage, @Nullable T value) {
        return stage instanceof GuardedStage<T> own ? own.end(value) : stage.complete(value);
    }

    /** Fails a stage of the engine, guarded or not. */
    static boolean fail(CompletableFuture<?> stage, Throwable why) {
        return stage instanceof GuardedStage<?> own ? own.fail(why) : stage.completeExceptionally(why);
    }

    public final boolean end(@Nullable T value) {
        return super.complete(value);
    }

    public final boolean fail(Throwable why) {
        return super.completeExceptionally(why);
    }

    @Override
    public final <U> CompletableFuture<U> newIncompleteFuture() {
        return new GuardedStage<>();
    }

    @Override
    public final CompletableFuture<T> toCompletableFuture() {
        CompletableFuture<T> copy = new CompletableFuture<>();
        whenComplete((value, failure) -> {
            if (failure == null) {
                copy.complete(value);
            } else {
                copy.completeExceptionally(failure);
            }
        });
        return copy;
    }

    @Override
    public final boolean complete(T value) {
        throw refusal();
    }

    @Override
    public final boolean completeExceptionally(Throwable why) {
        throw refusal();
    }

    @Override
    public final boolean cancel(boolean mayInterrupt) {
        throw refusal();
    }

    @Override
    public final void obtrudeValue(T value) {
        throw refusal();
    }

    @Override
    public final void obtrudeException(Throwable why) {
        throw refusal();
    }

    @Override
    public final CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        throw refusal();
    }

    @Override
    public final CompletableFuture<T> completeAsync(Supplier<? extends T> supplier) {
        throw refusal();
    }

    @Override
    public final CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
        throw refusal();
    }

    @Override
    public final CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        throw refusal();
    }
}
