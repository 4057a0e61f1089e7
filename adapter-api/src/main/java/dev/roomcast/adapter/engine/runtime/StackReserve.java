package dev.roomcast.adapter.engine.runtime;

/**
 * Whether the stack of the current thread has room for what must not be left half done. A {@code send} that broadcasts again without end is
 * ended by a {@link StackOverflowError}, which may strike anywhere.
 */
public final class StackReserve {

    /** Tens of kilobytes: the deepest of what follows is a line in the log. */
    private static final int CALLS = 512;

    private StackReserve() {}

    /** Throws a {@link StackOverflowError} while nothing is done yet. */
    public static void require() {
        descend(CALLS);
    }

    private static int descend(int calls) {
        return calls == 0 ? 0 : 1 + descend(calls - 1);
    }
}
