package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import dev.roomcast.adapter.engine.runtime.StackReserve;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes members, and calls {@code disconnect} of their connections, which may block, on workers: of a few members at once, while the
 * others wait. A call that takes too long is interrupted and named, and the next one takes its place, as long as there are not too many
 * such calls. Shared by the nodes of a backend.
 */
public final class DisconnectExecutor {

    /** How many calls may be under way, those apart that take too long. */
    public static final int MOST_AT_ONCE = 8;
    /** How many calls that take too long are replaced. */
    static final int MOST_LATE = 56;

    /** After this time a call takes too long. {@code Connection.disconnect} says so. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(DisconnectExecutor.class);

    private final Execution execution;
    private final Counters counters;
    private final RateLimitedLog failures;
    private final RateLimitedLog stalls;

    // Under the lock.
    private final Queue<Call> waiting = new ArrayDeque<>();
    private final Set<Call> running = new LinkedHashSet<>();
    private int late;
    private boolean closed;

    public DisconnectExecutor(Execution execution, Counters counters) {
        this.execution = execution;
        this.counters = counters;
        this.failures = new RateLimitedLog(log, execution);
        this.stalls = new RateLimitedLog(log, execution);
    }

    /**
     * Removes a member at once, with its events, and lets its connection be closed. Whoever removes it lets it be closed, so that this
     * happens once. Takes the lock of the room index; runs no code of the application.
     *
     * @return false if the member was removed before: its connection is left alone
     */
    boolean disconnect(LocalMember member, DisconnectReason reason) {
        return disconnect(member, reason, () -> {});
    }

    /** @param done runs when the call has returned, or at once if there is none; on any thread */
    public boolean disconnect(LocalMember member, DisconnectReason reason, Runnable done) {
        // Whoever is removed has to be disconnected.
        StackReserve.require();
        if (!member.remove()) {
            done.run();
            return false;
        }
        start(enqueue(new Call(member, reason, done)));
        return true;
    }

    /**
     * Lets the connection be closed of a member that another one replaces.
     *
     * @param replacing removes the member, and returns it, or null if there is none
     */
    public void replace(Supplier<@Nullable LocalMember> replacing, DisconnectReason reason) {
        StackReserve.require();
        LocalMember removed = replacing.get();
        if (removed != null) {
            start(enqueue(new Call(removed, reason, () -> {})));
        }
    }

    private synchronized @Nullable Call enqueue(Call call) {
        if (!closed) {
            waiting.add(call);
        }
        return next();
    }

    /** Under the lock. A call that begins now, if one waits and there is a place for it. */
    private @Nullable Call next() {
        Call next = running.size() - late < MOST_AT_ONCE ? waiting.poll() : null;
        if (next != null) {
            running.add(next);
        }
        return next;
    }

    private void start(@Nullable Call first) {
        if (first != null) {
            execution.workers().execute(() -> {
                for (Call call = first; call != null; call = next(call)) {
                    run(call);
                }
            });
        }
    }

    private void run(Call call) {
        if (!begin(call)) {
            return;
        }
        try {
            call.member.connection().disconnect(call.reason);
        } catch (Throwable t) {
            counters.add(Counters.DISCONNECTS_FAILED);
            failures.warn("disconnecting member " + call.member.id() + " failed", t);
        }
        end(call);
        call.done.run();
    }

    /** False if the adapter has closed before there was a thread for the call. */
    private synchronized boolean begin(Call call) {
        if (closed) {
            return false;
        }
        call.thread = Thread.currentThread();
        watch(call);
        return true;
    }

    /** Under the lock. */
    private void watch(Call call) {
        call.timer = execution.scheduler().after(PATIENCE, () -> lookAt(call));
    }

    private synchronized void end(Call call) {
        call.thread = null;
        if (call.timer != null) {
            call.timer.cancel();
        }
        if (call.wasInterrupted) {
            // It was ours, and meant for this call.
            Thread.interrupted();
        }
        execution.clearInterrupt();
    }

    /** Gives up the place of a call that has ended, which may have been given up before. */
    private synchronized @Nullable Call next(Call ended) {
        running.remove(ended);
        late -= ended.isLate ? 1 : 0;
        return next();
    }

    /** A call takes too long. It is named again at intervals. */
    private void lookAt(Call call) {
        boolean isFirst;
        Call next;
        synchronized (this) {
            if (call.thread == null) {
                return;
            }
            isFirst = interrupt(call);
            if (!call.isLate && late < MOST_LATE) {
                call.isLate = true;
                late++;
            }
            watch(call);
            next = next();
        }
        if (isFirst) {
            counters.add(Counters.DISCONNECTS_STALLED);
        }
        stalls.warn(
                "the connection of member " + call.member.id() + " has not returned from disconnect for "
                        + PATIENCE.toSeconds() + " s; its thread is interrupted: let disconnect give up before that",
                null);
        start(next);
    }

    /** Under the lock. Wakes the thread of a call; false if it has ended, or was woken before. */
    private static boolean interrupt(Call call) {
        if (call.thread == null || call.wasInterrupted) {
            return false;
        }
        call.wasInterrupted = true;
        call.thread.interrupt();
        return true;
    }

    /** What waits is not called any more, since the server closes its connections itself; what has not returned is interrupted. */
    public void close() {
        List<String> interrupted;
        synchronized (this) {
            closed = true;
            waiting.clear();
            interrupted = running.stream()
                    .filter(DisconnectExecutor::interrupt)
                    .map(call -> call.member.id())
                    .toList();
        }
        if (!interrupted.isEmpty()) {
            log.warn(
                    "{} disconnects have not returned when the adapter closes; their threads are interrupted: members {}",
                    interrupted.size(),
                    interrupted);
        }
    }

    /** One {@code disconnect} of one connection. */
    private static final class Call {

        private final LocalMember member;
        private final DisconnectReason reason;
        private final Runnable done;

        // Under the executor's lock.
        /** Null while it does not run, so that a thread is never interrupted in what it does later. */
        private @Nullable Thread thread;

        private Scheduler.@Nullable Timer timer;
        private boolean wasInterrupted;
        private boolean isLate;

        Call(LocalMember member, DisconnectReason reason, Runnable done) {
            this.member = member;
            this.reason = reason;
            this.done = done;
        }
    }
}
