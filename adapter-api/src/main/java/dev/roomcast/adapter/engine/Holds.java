package dev.roomcast.adapter.engine;

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
 * The threads of ours that {@code send}s hold. Where one more than so many would be held, the member whose send has stood still longest
 * is given up: nothing waits for it.
 */
final class Holds {

    static final int MOST = 64;
    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final Execution execution;
    private final Duration bound;

    // Under the lock.
    private final Set<Hold> holds = new LinkedHashSet<>();
    /** Those of members that are not given up. */
    private int counted;

    private final Queue<Lane> waiting = new ArrayDeque<>();

    /** @param bound who has moved within this time is not given up */
    Holds(Execution execution, Duration bound) {
        this.execution = execution;
        this.bound = bound;
    }

    /** Counts a thread among the held. */
    Hold add(Lane lane, Thread thread) {
        Hold hold = new Hold(this, lane, thread);
        Hold stuck;
        synchronized (this) {
            stuck = giveUpOneTooMany();
            count(hold);
        }
        end(stuck);
        return hold;
    }

    /** How many there are, those of members that were given up among them. */
    synchronized int count() {
        return holds.size();
    }

    long now() {
        return execution.now();
    }

    /** Sends what waits in a lane, on a thread that may be held by that; later, if too many are and all of them move. */
    void drain(Lane lane) {
        execution.workers().execute(() -> {
            Hold hold = addOrWait(lane);
            if (hold != null) {
                lane.drain(hold::moved);
                hold.end();
            }
        });
    }

    private @Nullable Hold addOrWait(Lane lane) {
        Hold hold = new Hold(this, lane, Thread.currentThread());
        Hold stuck;
        boolean waits;
        synchronized (this) {
            stuck = giveUpOneTooMany();
            waits = counted >= MOST;
            if (waits) {
                waiting.add(lane);
            } else {
                count(hold);
            }
        }
        end(stuck);
        if (waits) {
            execution.scheduler().after(bound, this::drainNext);
            return null;
        }
        return hold;
    }

    /** Under the lock. */
    private void count(Hold hold) {
        holds.add(hold);
        counted++;
    }

    private void drainNext() {
        Lane next = poll();
        if (next != null) {
            drain(next);
        }
    }

    private synchronized @Nullable Lane poll() {
        return waiting.poll();
    }

    /** Under the lock, before another is added: no longer counts the one that has stood still longest; null if none has to go, or can. */
    private @Nullable Hold giveUpOneTooMany() {
        if (counted < MOST) {
            return null;
        }
        long now = execution.now();
        Hold longest = null;
        for (Hold hold : holds) {
            if (!hold.isGivenUp() && (longest == null || hold.stillFor(now) > longest.stillFor(now))) {
                longest = hold;
            }
        }
        if (longest == null || longest.stillFor(now) < bound.toNanos()) {
            return null;
        }
        longest.giveUp();
        counted--;
        return longest;
    }

    private static void end(@Nullable Hold stuck) {
        if (stuck != null) {
            stuck.lane().stuck();
            stuck.interrupt();
        }
    }

    void ended(Hold hold) {
        remove(hold);
        drainNext();
    }

    private synchronized void remove(Hold hold) {
        holds.remove(hold);
        if (!hold.isGivenUp()) {
            counted--;
        }
    }

    /** Wakes the threads that certain members hold, because nobody waits for these any more. */
    void interrupt(Predicate<LocalMember> of) {
        List<Hold> ours = snapshot().stream()
                .filter(hold -> of.test(hold.lane().member()) && hold.interrupt())
                .toList();
        if (!ours.isEmpty()) {
            log.warn(
                    "{} sends have not returned when the adapter closes; their threads are interrupted: members {}",
                    ours.size(),
                    ours.stream().map(hold -> hold.lane().member().id()).toList());
        }
    }

    private synchronized List<Hold> snapshot() {
        return List.copyOf(holds);
    }
}
