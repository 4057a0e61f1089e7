package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Adapters that break promises of chapter 10, each with the rules that this turns red. */
final class BrokenOutages {

    private BrokenOutages() {}

    /** Does not wait, whatever it was told. */
    @TurnsRed("2.31 10.1 10.2 10.3")
    static class Impatient extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    CompletionStage<Published> stage = super.broadcast(target, packet);
                    return isAway(this) && !target.isOnThisNode()
                            ? CompletableFuture.failedStage(
                                    new AdapterException(Outcome.NOT_SENT, "the broker is away", null))
                            : stage;
                }
            };
        }
    }

    /** Says that what waits was sent, and forgets it. */
    @TurnsRed("2.14 2.31 10.1 10.2 10.3")
    static class Forgetful extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    if (!isAway(this)) {
                        return super.broadcast(target, packet);
                    }
                    super.broadcast(target.onThisNode(), packet);
                    return CompletableFuture.completedStage(Published.toOthers());
                }
            };
        }
    }

    /** Lets everything wait for ever. */
    @TurnsRed("10.2")
    static class WithoutBounds extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return neverFailing(
                    adapter, failure -> String.valueOf(failure.getMessage()).contains("roomcast.outage"));
        }
    }

    /** Leaves pending what waits when it is closed. */
    @TurnsRed("5.7 10.3")
    static class LeavesWhatWaits extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return neverFailing(adapter, failure -> failure.outcome() == Outcome.CLOSED);
        }
    }

    private static boolean isAway(Adapter adapter) {
        return adapter.health().gauges().getOrDefault("publishing.up", 1L) == 0;
    }

    private static Adapter neverFailing(Adapter adapter, Predicate<AdapterException> with) {
        return new WrappedAdapter(adapter) {
            @Override
            public CompletionStage<Published> broadcast(Target target, Packet packet) {
                CompletableFuture<Published> stage = new CompletableFuture<>();
                super.broadcast(target, packet).whenComplete((done, failure) -> {
                    if (failure == null) {
                        stage.complete(done);
                    } else if (!(causeOf(failure) instanceof AdapterException known && with.test(known))) {
                        stage.completeExceptionally(failure);
                    }
                });
                return stage.minimalCompletionStage();
            }
        };
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
