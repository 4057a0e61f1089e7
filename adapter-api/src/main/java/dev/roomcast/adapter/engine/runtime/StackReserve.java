package dev.roomcast.adapter.engine.runtime;

/**
 * Checks whether the stack of the current thread has room for a step that must not be interrupted. A {@code send} that
 * broadcasts recursively ends in a {@link StackOverflowError}, which may occur at any place.
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
