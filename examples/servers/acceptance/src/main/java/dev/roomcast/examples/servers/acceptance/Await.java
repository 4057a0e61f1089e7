package dev.roomcast.examples.servers.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.Patience;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what a server tells only where it is asked. */
final class Await {

    /** What is done until it has come. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private Await() {}

    static void until(Supplier<String> what, Callable<Boolean> come) throws Exception {
        until(what, come, Thread::yield);
    }

    /** Asks first, and then after each step. */
    static void until(Supplier<String> what, Callable<Boolean> come, Step meanwhile) throws Exception {
        Callable<Boolean> ask = () -> {
            boolean hasCome = come.call();
            if (!hasCome) {
                meanwhile.run();
            }
            return hasCome;
        };
        value(ask, hasCome -> hasCome, hasCome -> what.get());
    }

    /** Asks until the value is such; else {@code what} says of it what it should be. */
    static <T> T value(Callable<T> ask, Predicate<T> isSuch, Function<T, String> what) throws Exception {
        long deadline = Patience.deadline();
        while (true) {
            T value = ask.call();
            if (isSuch.test(value)) {
                return value;
            }
            assertTrue(System.nanoTime() < deadline, () -> "waited in vain until " + what.apply(value));
        }
    }
}
