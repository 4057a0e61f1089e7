package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the engine that stalled {@code send} calls occupy. If a further call would exceed the limit, the
 * member whose send has stalled for the longest time is given up: nothing waits for it any more.
 */
public final class StalledSends {

    static final int MOST = 64;
    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final Execution execution;
    private final Duration bound;

    // Under the lock.
    private final Set<StalledSend> holds = new LinkedHashSet<>();
    /** Those of members that are not given up. */
    private int counted;

    private final Queue<StalledQueue> waiting = new ArrayDeque<>();

    /** @param bound who has moved within this time is not given up */
    public StalledSends(Execution execution, Duration bound) {
        this.execution = execution;
        this.bound = bound;
    }

    /** Counts a thread among the held. */
    public StalledSend add(StalledQueue stalledQueue, Thread thread) {
        StalledSend stalledSend = new StalledSend(this, stalledQueue, thread);
        StalledSend stuck;
        synchronized (this) {
            stuck = giveUpOneTooMany();
            count(stalledSend);
        }
        end(stuck);
        return stalledSend;
    }

    /** How many there are, those of members that were given up among them. */
    public synchronized int count() {
        return holds.size();
    }

    long now() {
        return execution.now();
    }

    /** Sends what waits in a lane, on a thread that may be held by that; later, if too many are and all of them move. */
    void drain(StalledQueue stalledQueue) {
        execution.workers().execute(() -> {
            StalledSend stalledSend = addOrWait(stalledQueue);
            if (stalledSend != null) {
                stalledQueue.drain(stalledSend::moved);
                stalledSend.end();
            }
        });
    }

    private @Nullable StalledSend addOrWait(StalledQueue stalledQueue) {
        StalledSend stalledSend = new StalledSend(this, stalledQueue, Thread.currentThread());
        StalledSend stuck;
        boolean waits;
        synchronized (this) {
            stuck = giveUpOneTooMany();
            waits = counted >= MOST;
            if (waits) {
                waiting.add(stalledQueue);
            } else {
                count(stalledSend);
            }
        }
        end(stuck);
        if (waits) {
            execution.scheduler().after(bound, this::drainNext);
            return null;
        }
        return stalledSend;
    }

    /** Under the lock. */
    private void count(StalledSend stalledSend) {
        holds.add(stalledSend);
        counted++;
    }

    private void drainNext() {
        StalledQueue next = poll();
        if (next != null) {
            drain(next);
        }
    }

    private synchronized @Nullable StalledQueue poll() {
        return waiting.poll();
    }

    /** Under the lock, before another is added: no longer counts the one that has stood still longest; null if none has to go, or can. */
    private @Nullable StalledSend giveUpOneTooMany() {
        if (counted < MOST) {
            return null;
        }
        long now = execution.now();
        StalledSend longest = null;
        for (StalledSend stalledSend : holds) {
            if (!stalledSend.isGivenUp() && (longest == null || stalledSend.stillFor(now) > longest.stillFor(now))) {
                longest = stalledSend;
            }
        }
        if (longest == null || longest.stillFor(now) < bound.toNanos()) {
            return null;
        }
        longest.giveUp();
        counted--;
        return longest;
    }

    private static void end(@Nullable StalledSend stuck) {
        if (stuck != null) {
            stuck.stalledQueue().stuck();
            stuck.interrupt();
        }
    }

    void ended(StalledSend stalledSend) {
        remove(stalledSend);
        drainNext();
    }

    private synchronized void remove(StalledSend stalledSend) {
        holds.remove(stalledSend);
        if (!stalledSend.isGivenUp()) {
            counted--;
        }
    }

    /** Wakes the threads that certain members hold, because nobody waits for these any more. */
    public void interrupt(Predicate<LocalMember> of) {
        List<StalledSend> ours = snapshot().stream()
                .filter(stalledSend -> of.test(stalledSend.stalledQueue().member()) && stalledSend.interrupt())
                .toList();
        if (!ours.isEmpty()) {
            log.warn(
                    "{} sends have not returned when the adapter closes; their threads are interrupted: members {}",
                    ours.size(),
                    ours.stream()
                            .map(stalledSend ->
                                    stalledSend.stalledQueue().member().id())
                            .toList());
        }
    }

    private synchronized List<StalledSend> snapshot() {
        return List.copyOf(holds);
    }
}
