package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Decides whether requests of many nodes are answered one by one, or once for all. The first few requests within a
 * window get separate answers at once, and the others one common answer when the window ends. So the number of
 * published answers does not grow with the number of requests. A common answer is delivered to every node, so it is
 * worthwhile only if more than a fraction of the nodes ask. On the inbox's turn.
 */
public final class Coalescer {

    /** Beside one node, the part of all that is told one by one. */
    private static final int PARTS = 16;

    private final Execution execution;
    private final Inbox inbox;
    private final Duration window;
    private final IntSupplier nodes;
    private final Runnable toAll;
    private boolean isOpen;
    private boolean isDue;
    private int alone;

    /**
     * Nobody has asked yet.
     *
     * @param nodes how many there are
     * @param toAll says it to all
     */
    public Coalescer(Execution execution, Inbox inbox, Duration window, IntSupplier nodes, Runnable toAll) {
        this.execution = execution;
        this.inbox = inbox;
        this.window = window;
        this.nodes = nodes;
        this.toAll = toAll;
    }

    /** A node is to be told. Returns whether it is told by itself; if not, all are told soon. */
    public boolean isAlone() {
        if (!isOpen) {
            isOpen = true;
            alone = 0;
            execution.scheduler().after(window, () -> inbox.run(this::end));
        }
        if (alone <= nodes.getAsInt() / PARTS) {
            alone++;
            return true;
        }
        isDue = true;
        return false;
    }

    private void end() {
        isOpen = false;
        if (isDue) {
            isDue = false;
            toAll.run();
        }
    }
}
