package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Time and threads of a simulation: everything runs one after the other, when its time has come, in an order that the seed decides, and on
 * the test's thread, as long as nothing {@linkplain #mayPark can park}. Each {@link Process} is one that can stand still, and die, on its
 * own.
 */
public final class VirtualTime {

    private static final class Task implements Scheduler.Timer, Comparable<Task> {

        private final Process process;
        private final Runnable work;
        private long due;
        private long number;
        private boolean cancelled;

        Task(Process process, Runnable work) {
            this.process = process;
            this.work = work;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Task other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Random random;
    private final Process world;
    private final Strands strands = new Strands();
    private BooleanSupplier mayPark = () -> false;
    private boolean isOver;
    private long now;
    private long count;
    /** How often somebody has begun to see to the tasks. */
    private long loops;

    public VirtualTime(long seed) {
        this.random = new Random(seed);
        this.world = new Process(0);
    }

    /** Another process, whose monotonic clock begins anywhere. */
    Process process() {
        return new Process(random.nextLong());
    }

    public Execution execution() {
        return world.execution();
    }

    public Scheduler.Timer after(Duration delay, Runnable work) {
        return world.after(delay, work);
    }

    /** The process of whoever has none of its own: it never stands still. */
    Process world() {
        return world;
    }

    public long now() {
        return now;
    }

    Random random() {
        return random;
    }

    /** Everything stands still: what was due meanwhile runs afterwards, late, in the order in which it was due. */
    public void stall(Duration time) {
        now += time.toNanos();
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        long end = now + time.toNanos();
        if (mayPark.getAsBoolean()) {
            while (isDue(end)) {
                // Whoever parks in a task leaves the others to a successor.
                long mine = ++loops;
                strands.run(() -> loop(end, () -> mine == loops));
            }
        } else {
            loops++;
            loop(end, () -> true);
        }
        now = Math.max(now, end);
    }

    private boolean isDue(long end) {
        return !tasks.isEmpty() && tasks.element().due <= end;
    }

    private void loop(long end, BooleanSupplier isMine) {
        while (isMine.getAsBoolean() && isDue(end)) {
            Task task = tasks.remove();
            now = Math.max(now, task.due);
            run(task);
        }
    }

    // ---- what blocks

    /** Says whether a call may {@link #park} itself: only then threads are changed. */
    void mayPark(BooleanSupplier may) {
        mayPark = may;
    }

    /** Makes a call of somebody's, on a thread of its own if it may park itself; then it ends later. */
    void act(Runnable call) {
        if (mayPark.getAsBoolean()) {
            strands.run(call);
        } else {
            call.run();
        }
    }

    /** Runs all of a simulation, and then ends what is parked. */
    void all(Runnable simulation) {
        try {
            strands.run(simulation);
        } finally {
            isOver = true;
            strands.end();
        }
    }

    /** Whether the simulation is over, and what still runs is to end. */
    boolean isOver() {
        return isOver;
    }

    /** The calling thread stands still until it is resumed, and everybody else goes on. */
    void park(Runnable whenInterrupted) {
        strands.park(whenInterrupted);
    }

    void resume(Strands.Strand strand) {
        strands.resume(strand);
    }

    private void run(Task task) {
        if (task.cancelled || task.process.dead) {
            return;
        }
        if (task.process.mustWait()) {
            task.process.hold(task);
        } else {
            task.work.run();
        }
    }

    private void enqueue(Task task, long due) {
        task.due = due;
        task.number = count++;
        tasks.add(task);
    }

    /** What stands still, and dies, as one. */
    final class Process {

        private final long origin;
        private long frozenUntil = Long.MIN_VALUE;
        /** What was due while it stood still. */
        private final List<Task> held = new ArrayList<>();

        private boolean dead;
        private Duration clockIsWrongBy = Duration.ZERO;
        private Duration clockWasSetBy = Duration.ZERO;

        Process(long origin) {
            this.origin = origin;
        }

        Execution execution() {
            return new Execution(
                    () -> now + origin,
                    new WallClock(this),
                    random::nextLong,
                    // A worker begins a little later, so that two tasks may run in either order.
                    task -> after(Duration.ofNanos(random.nextInt(20_000)), task),
                    this::after,
                    () -> false,
                    new NoEnding());
        }

        Scheduler.Timer after(Duration delay, Runnable work) {
            Task task = new Task(this, work);
            enqueue(task, now + delay.toNanos());
            return task;
        }

        /** Stands still for a while: nothing of it runs, and what was due runs afterwards, late and in order. */
        void freeze(Duration time) {
            frozenUntil = Math.max(frozenUntil, now + time.toNanos());
        }

        boolean isFrozen() {
            return frozenUntil > now;
        }

        private boolean mustWait() {
            return isFrozen() || !held.isEmpty();
        }

        private void hold(Task task) {
            if (held.isEmpty()) {
                wakeUp();
            }
            held.add(task);
        }

        private void wakeUp() {
            world.after(Duration.ofNanos(Math.max(0, frozenUntil - now)), () -> {
                if (isFrozen()) {
                    wakeUp();
                    return;
                }
                List<Task> waited = List.copyOf(held);
                held.clear();
                waited.forEach(task -> act(() -> VirtualTime.this.run(task)));
            });
        }

        /** Vanishes: nothing of it ever runs again. */
        void die() {
            dead = true;
        }

        boolean isDead() {
            return dead;
        }

        Duration now() {
            return Duration.ofNanos(now);
        }

        /** How wrong the clock was when it was read for something that is told now: it may have been set since, and the process stood still. */
        Duration clockWasWrongBy(Instant read) {
            Duration before = clockIsWrongBy.minus(clockWasSetBy);
            boolean wasReadBefore = off(read, before) < off(read, clockIsWrongBy);
            return wasReadBefore ? before : clockIsWrongBy;
        }

        private long off(Instant read, Duration wrongBy) {
            return Duration.between(Instant.EPOCH.plus(now()).plus(wrongBy), read)
                    .abs()
                    .toMillis();
        }

        /** Somebody sets the clock that people read. */
        void setClock(Duration wrongBy) {
            clockWasSetBy = wrongBy.minus(clockIsWrongBy);
            clockIsWrongBy = wrongBy;
        }
    }

    private static final class WallClock extends Clock {

        private final Process process;

        WallClock(Process process) {
            this.process = process;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(process.now()).plus(process.clockIsWrongBy);
        }
    }

    private record NoEnding() implements Execution.Ending {

        @Override
        public void begin() {}

        @Override
        public void await(Duration time) {}
    }
}
