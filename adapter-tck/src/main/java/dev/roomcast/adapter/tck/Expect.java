package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.AssertionFailedError;

/**
 * The expectations of one test. A failure names the rule, the place, the expected and the actual result, and where to
 * look: {@code Rule 2.3 (client m2 at node B): expected one "hello", but came two; look at ...}
 */
final class Expect {

    private static final Duration LONGEST_MOMENT = Duration.ofSeconds(2);

    private final Rule rule;
    private final Duration patience;
    private final Signal signal = new Signal();

    Expect(Rule rule, Duration patience) {
        this.rule = rule;
        this.patience = patience;
    }

    Signal signal() {
        return signal;
    }

    Duration patience() {
        return patience;
    }

    /** Longer than a test waits: nothing comes right because such a time is over. */
    Duration forEver() {
        return patience.multipliedBy(5);
    }

    /** What those who live get for an answer, where a test waits until the time of one who does not is over. */
    Duration moment() {
        Duration part = patience.dividedBy(4);
        return part.compareTo(LONGEST_MOMENT) < 0 ? part : LONGEST_MOMENT;
    }

    void that(Object where, String expected, boolean holds, Object came) {
        if (!holds) {
            throw broken(where, expected, came, null);
        }
    }

    void equal(Object where, String what, Object expected, Object came) {
        that(where, what + " to be " + expected, expected.equals(came), came);
    }

    /** Awaits a value that is equal to the expected one. */
    void eventually(Object where, String what, Object expected, Supplier<?> came) {
        eventually(where, what + " to become " + expected, () -> expected.equals(came.get()), came);
    }

    /** Awaits a condition. */
    void eventually(Object where, String expected, BooleanSupplier holds, Supplier<?> came) {
        if (!signal.await(holds, patience)) {
            throw broken(where, expected + " within " + patience, came.get(), null);
        }
    }

    /** Awaits the success of a stage. */
    <T extends @Nullable Object> T completes(Object where, String what, CompletionStage<T> stage) {
        return completes(where, what, stage, () -> "nothing");
    }

    /** Awaits the success of a stage; if nothing comes, this says how things stand. */
    <T extends @Nullable Object> T completes(Object where, String what, CompletionStage<T> stage, Supplier<?> instead) {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw broken(where, what + " to succeed", causeOf(e), e.getCause());
        } catch (TimeoutException e) {
            throw broken(where, what + " to succeed within " + patience, instead.get(), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw broken(where, what + " to succeed", "an interrupt", e);
        }
    }

    /** Awaits the failure of a stage. */
    Throwable fails(Object where, String what, Predicate<Throwable> kind, CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            throw broken(where, what, "success" + (value == null ? "" : " with " + value), null);
        } catch (ExecutionException e) {
            Throwable cause = causeOf(e);
            that(where, what, kind.test(cause), cause);
            return cause;
        } catch (TimeoutException e) {
            throw broken(where, what + " within " + patience, "nothing", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw broken(where, what, "an interrupt", e);
        }
    }

    /** Awaits the failure of a stage with an {@link AdapterException}. */
    AdapterException fails(Object where, String what, AdapterException.Outcome outcome, CompletionStage<?> stage) {
        Predicate<Throwable> kind = e -> e instanceof AdapterException a && a.outcome() == outcome;
        return (AdapterException) fails(where, what + " to fail as " + outcome, kind, stage);
    }

    /** A call that must throw, with a message that says certain words. */
    void refuses(Object where, String what, Class<? extends Throwable> type, Executable call, String... words) {
        Throwable thrown = thrownBy(call);
        if (thrown == null) {
            throw broken(where, what + " to be refused as " + type.getSimpleName(), "no exception", null);
        }
        that(where, what + " to be refused as " + type.getSimpleName(), type.isInstance(thrown), thrown);
        String message = String.valueOf(thrown.getMessage());
        for (String word : words) {
            that(where, "the refusal of " + what + " to name \"" + word + "\"", message.contains(word), message);
        }
    }

    /** A call that must throw an {@link AdapterException}, with a message that says certain words. */
    void refuses(Object where, String what, AdapterException.Outcome outcome, Executable call, String... words) {
        Throwable thrown = thrownBy(call);
        boolean isRefused = thrown instanceof AdapterException a && a.outcome() == outcome;
        that(where, what + " to be refused as " + outcome, isRefused, thrown == null ? "no exception" : thrown);
        String message = String.valueOf(thrown == null ? null : thrown.getMessage());
        for (String word : words) {
            that(where, "the refusal of " + what + " to name \"" + word + "\"", message.contains(word), message);
        }
    }

    /** A call that must not throw. */
    void allows(Object where, String what, Executable call) {
        Throwable thrown = thrownBy(call);
        if (thrown != null) {
            throw broken(where, what + " to do no harm", thrown, thrown);
        }
    }

    private static @Nullable Throwable thrownBy(Executable call) {
        try {
            call.execute();
            return null;
        } catch (Throwable t) {
            return t;
        }
    }

    private static Throwable causeOf(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    }

    private AssertionFailedError broken(Object where, String expected, Object came, @Nullable Throwable cause) {
        String message = "Rule " + rule.value() + " (" + where + "): expected " + expected + ", but came " + came
                + "; look at " + rule.lookAt();
        return new AssertionFailedError(message, cause);
    }
}
