package dev.roomcast.adapter.engine.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The serial executor of the protocol: one ordered queue of frames, confirmations, timers and queries of the
 * application. Its tasks run one at a time, so the protocol's state needs no lock. It calls no code of the application.
 * The {@link DeliveryQueue} does that, which the same thread continues after it has released the inbox.
 *
 * <p>The bytes of frames are bounded; a frame beyond the bound is dropped and counted. All other tasks are small and
 * always accepted.
 */
public final class Inbox {

    /** About what a frame takes beside its bytes while it waits: even empty ones are bounded. */
    private static final int FRAME_OVERHEAD = 128;

    /** While frames wait here, deliveries wait for at most so many tasks before another thread takes them. */
    private static final int MOST_BEFORE_DELIVERY = 64;

    private final Executor threads;
    private final Consumer<? super Throwable> failed;
    private final DeliveryQueue deliveryQueue;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Turn turn = Turn.shut();

    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private final Counters counters;

    public Inbox(Execution execution, DeliveryQueue deliveryQueue, long maxBytes, Counters counters) {
        this(
                execution.workers(),
                new RateLimitedLog(LoggerFactory.getLogger(Inbox.class), execution)::taskFailed,
                deliveryQueue,
                maxBytes,
                counters);
    }

    /** @param failed is told what a task throws, which it must not */
    public Inbox(
            Executor threads,
            Consumer<? super Throwable> failed,
            DeliveryQueue deliveryQueue,
            long maxBytes,
            Counters counters) {
        this.threads = threads;
        this.failed = failed;
        this.deliveryQueue = deliveryQueue;
        this.maxBytes = maxBytes;
        this.counters = counters;
    }

    /** Begins with what has waited; before that nothing runs. Once. */
    public void open() {
        if (turn.open()) {
            threads.execute(this::goOn);
        }
    }

    public void run(Runnable task) {
        tasks.add(task);
        if (turn.added()) {
            threads.execute(this::goOn);
        }
    }

    public void frame(int payload, Runnable task) {
        int size = payload + FRAME_OVERHEAD;
        if (bytes.addAndGet(size) > maxBytes) {
            bytes.addAndGet(-size);
            counters.add(Counters.FRAMES_DROPPED);
            return;
        }
        run(() -> {
            try {
                task.run();
            } finally {
                bytes.addAndGet(-size);
            }
        });
    }

    /** By the one thread that has the turn: does all that waits, and then what is to be delivered. */
    private void goOn() {
        boolean delivers = false;
        int tasksBefore = 0;
        while (true) {
            Runnable task = tasks.poll();
            if (task != null) {
                run(task, failed);
                turn.done();
                delivers |= deliveryQueue.takeTurn();
                // Two threads that pass on packet after packet cost more than one.
                boolean isDue = delivers && (++tasksBefore >= MOST_BEFORE_DELIVERY || deliveryQueue.areMany());
                if (isDue && !tasks.isEmpty()) {
                    deliveryQueue.goOnElsewhere();
                    delivers = false;
                    tasksBefore = 0;
                }
            } else if (turn.end()) {
                break;
            }
        }
        if (delivers) {
            // A hand-over to another thread would cost more than most deliveries.
            deliveryQueue.goOn();
        }
    }

    private static void run(Runnable task, Consumer<? super Throwable> failed) {
        try {
            task.run();
        } catch (Throwable t) {
            failed.accept(t);
        }
    }
}
