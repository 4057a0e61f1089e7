package dev.roomcast.adapter.engine;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of ours that {@code send}s hold, of which there are at most so many. */
final class Holds {

    static final int MOST = 64;
    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final Executor workers;

    // Under the lock.
    private final Set<Hold> holds = new LinkedHashSet<>();
    private final Queue<Lane> waiting = new ArrayDeque<>();

    Holds(Executor workers) {
        this.workers = workers;
    }

    /** Counts a thread among the held; null if there are too many. */
    synchronized @Nullable Hold add(Lane lane, Thread thread) {
        return holds.size() < MOST ? addAnyway(lane, thread) : null;
    }

    /** For the last walk of a node that closes: it must not wait. */
    synchronized Hold addAnyway(Lane lane, Thread thread) {
        Hold hold = new Hold(this, lane, thread);
        holds.add(hold);
        return hold;
    }

    synchronized int count() {
        return holds.size();
    }

    /** Sends what waits in a lane, on a thread that may be held by that; later, if too many are. */
    void drain(Lane lane) {
        workers.execute(() -> {
            Hold hold = addOrWait(lane);
            if (hold != null) {
                lane.drain();
                hold.end();
            }
        });
    }

    private synchronized @Nullable Hold addOrWait(Lane lane) {
        Hold hold = add(lane, Thread.currentThread());
        if (hold == null) {
            waiting.add(lane);
        }
        return hold;
    }

    void ended(Hold hold) {
        Lane next = removeAndPoll(hold);
        if (next != null) {
            drain(next);
        }
    }

    private synchronized @Nullable Lane removeAndPoll(Hold hold) {
        holds.remove(hold);
        return waiting.poll();
    }

    /** Wakes the threads that certain members hold, because nobody waits for these any more. */
    void interrupt(Predicate<LocalMember> of) {
        List<Hold> ours = snapshot().stream()
                .filter(hold -> of.test(hold.member()) && hold.interrupt())
                .toList();
        if (!ours.isEmpty()) {
            log.warn(
                    "{} sends have not returned when the adapter closes; their threads are interrupted: members {}",
                    ours.size(),
                    ours.stream().map(hold -> hold.member().id()).toList());
        }
    }

    private synchronized List<Hold> snapshot() {
        return List.copyOf(holds);
    }
}
