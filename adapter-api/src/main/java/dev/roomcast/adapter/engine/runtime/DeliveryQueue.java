package dev.roomcast.adapter.engine.runtime;

import dev.roomcast.adapter.engine.delivery.DeliveryClaim;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The queue of packets, questions to members and commands from other nodes, for the members and handlers of this
 * process. Its steps run one after the other and may call the application. The protocol never waits for it: it uses the
 * {@link Inbox}.
 *
 * <p><b>One thread at a time</b> has the {@link Turn}. The inbox's thread gets it with the first step, and goes on with
 * it when its own is over. If that lasts, it lets a worker do so. In between it is given away by a step alone,
 * whose {@code run} then returns false: it has been decided elsewhere, by one atomic step (see {@link DeliveryClaim}),
 * that another thread goes on in its place, by {@link #handOver}. The thread that lost returns from here without
 * touching a field.
 */
public final class DeliveryQueue {

    /** Something to do for members or handlers. */
    public interface Step {

        /** Returns false if the turn was lost meanwhile. */
        boolean run();
    }

    /** About what a step takes beside the bytes of its packet while it waits. */
    private static final int OVERHEAD = 304;

    /** So many bytes are worth a thread of their own. */
    private static final int MANY_BYTES = 32 << 10;

    private record Waiting(long bytes, Step step) {}

    private final Executor threads;
    private final Consumer<? super Throwable> failed;
    private final long maxBytes;
    private final Queue<Waiting> steps = new ConcurrentLinkedQueue<>();
    private final Turn turn = Turn.free();
    private final AtomicLong bytes = new AtomicLong();

    /** Whether the turn was got since that was asked last. On the inbox's turn. */
    private boolean begun;

    /** On the turn. */
    private long taken;

    public DeliveryQueue(Execution execution, long maxBytes) {
        this(
                execution.workers(),
                new RateLimitedLog(LoggerFactory.getLogger(DeliveryQueue.class), execution)::taskFailed,
                maxBytes);
    }

    /**
     * @param failed is told what a step throws, which it must not
     * @param maxBytes as many may wait before {@link #isFull()}
     */
    public DeliveryQueue(Executor threads, Consumer<? super Throwable> failed, long maxBytes) {
        this.threads = threads;
        this.failed = failed;
        this.maxBytes = maxBytes;
    }

    /** Whether so much waits that a packet must be given up instead. On any thread. */
    public boolean isFull() {
        return bytes.get() >= maxBytes;
    }

    /** Whether so much waits that it is worth a thread of its own: long before {@link #isFull()}. On any thread. */
    boolean areMany() {
        return bytes.get() >= Math.min(MANY_BYTES, maxBytes / 4);
    }

    /** How many bytes wait, or are being delivered. On any thread. */
    public long bytes() {
        return bytes.get();
    }

    /** Adds a step behind all others; it is taken even if this is full. On the inbox's turn. */
    public void add(int payload, Step step) {
        Waiting added = new Waiting((long) payload + OVERHEAD, step);
        bytes.addAndGet(added.bytes);
        steps.add(added);
        if (turn.added()) {
            begun = true;
        }
    }

    /** Whether the caller got the turn since it asked last, and has to go on with it. On the inbox's turn. */
    boolean takeTurn() {
        boolean mine = begun;
        begun = false;
        return mine;
    }

    /** By the one thread that has the turn: does all that waits. */
    void goOn() {
        while (true) {
            Waiting next = steps.poll();
            if (next != null) {
                taken = next.bytes;
                if (!run(next.step)) {
                    return;
                }
                finish();
            } else if (turn.end()) {
                return;
            }
        }
    }

    /** By the one thread that has the turn: gives it to another one. */
    void goOnElsewhere() {
        threads.execute(this::goOn);
    }

    /** Gives the turn, which a step has lost, to another thread, with the rest of that step. */
    public void handOver(Step rest) {
        threads.execute(() -> {
            if (run(rest)) {
                finish();
                goOn();
            }
        });
    }

    private void finish() {
        bytes.addAndGet(-taken);
        turn.done();
    }

    private boolean run(Step step) {
        try {
            return step.run();
        } catch (Throwable t) {
            failed.accept(t);
            return true;
        }
    }
}
