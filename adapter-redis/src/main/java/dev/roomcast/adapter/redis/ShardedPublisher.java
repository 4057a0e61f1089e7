package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes each frame on the master that has its slot.
 *
 * <p><b>When a slot moves</b>, its old master answers MOVED, which means that nothing was done. Frames of that partition are held
 * from then on, until every one that is on its way to the old master is answered, and then leave for the new one, in their order. So
 * a move reorders nothing. Lettuce's own redirections would send each frame again by itself, behind later ones.
 *
 * <p><i>Threading:</i> {@link #publish} is called by one thread at a time, everything else by any; what is held leaves on the
 * executor. Never on an event loop: what that writes itself overtakes what other threads have given it to write.
 */
final class ShardedPublisher {

    /** A master may have many slots. */
    interface Master {
        boolean isPublishing();

        void publish(List<Outgoing> pass);
    }

    /** Frames of a partition that wait for its new master. */
    private static final class Detour {
        private final PriorityQueue<ShardedFrame> frames = new PriorityQueue<>();
        private int tries;
    }

    /** Then nobody will have the slot soon, and what waits holds up what goes elsewhere. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final Duration NEXT_TRY = Duration.ofMillis(20);

    private final ControlExecutor executor;
    /** Is told what a master answered that has a partition no longer. On the executor. */
    private final BiConsumer<Integer, String> moved;

    private final AtomicReferenceArray<@Nullable Master> masters = new AtomicReferenceArray<>(Partitions.COUNT);
    private final AtomicIntegerArray unanswered = new AtomicIntegerArray(Partitions.COUNT);
    private final Object lock = new Object();
    /** Written under the lock. */
    private final AtomicReferenceArray<@Nullable Detour> detours = new AtomicReferenceArray<>(Partitions.COUNT);

    private long number;

    ShardedPublisher(ControlExecutor executor, BiConsumer<Integer, String> moved) {
        this.executor = executor;
        this.moved = moved;
    }

    /** The one that has a partition from now on, or null if nobody has. On the executor. */
    void master(int partition, @Nullable Master master) {
        masters.set(partition, master);
        release(partition);
    }

    /** A master can be published on. On the executor. */
    void up(Master master) {
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            if (masters.get(partition) == master) {
                release(partition);
            }
        }
    }

    void publish(List<? extends Outgoing> pass) {
        Map<Master, List<Outgoing>> byMaster = new IdentityHashMap<>();
        for (Outgoing frame : pass) {
            ShardedFrame next = new ShardedFrame(this, frame, Partitions.of(frame.channel()), number++);
            // Counted first: whoever answers MOVED meanwhile then waits for this one.
            unanswered.incrementAndGet(next.partition());
            if (detours.get(next.partition()) == null || !hold(next)) {
                add(next, byMaster);
            }
        }
        byMaster.forEach(Master::publish);
    }

    private void add(ShardedFrame frame, Map<Master, List<Outgoing>> byMaster) {
        Master master = masters.get(frame.partition());
        if (master == null) {
            frame.notSent(new RedisFailure("no master of the Cluster has slot " + Partitions.slot(frame.partition())));
        } else {
            byMaster.computeIfAbsent(master, m -> new ArrayList<>()).add(frame);
        }
    }

    /** Returns whether the frame is held. */
    private boolean hold(ShardedFrame frame) {
        synchronized (lock) {
            Detour detour = detours.get(frame.partition());
            if (detour == null) {
                return false;
            }
            detour.frames.add(frame);
            unanswered.decrementAndGet(frame.partition());
            return true;
        }
    }

    /** A frame was not executed, because its slot is elsewhere. */
    void moved(ShardedFrame frame, String answer) {
        synchronized (lock) {
            Detour detour = detours.get(frame.partition());
            if (detour == null) {
                detour = new Detour();
                detours.set(frame.partition(), detour);
                Detour begun = detour;
                later(LONGEST, () -> giveUp(frame.partition(), begun));
            }
            detour.frames.add(frame);
        }
        unanswered.decrementAndGet(frame.partition());
        later(Duration.ZERO, () -> {
            moved.accept(frame.partition(), answer);
            release(frame.partition());
        });
    }

    /**
     * A frame was accepted. What was before it and is held would come after it: its slot has come back meanwhile.
     */
    void accepted(ShardedFrame frame) {
        if (detours.get(frame.partition()) != null) {
            List<ShardedFrame> overtaken = overtakenBy(frame);
            RedisFailure why = new RedisFailure("slot " + Partitions.slot(frame.partition())
                    + " of the Cluster has moved to and fro, and a later frame has been published");
            overtaken.forEach(earlier -> earlier.notSent(why));
        }
        answered(frame.partition());
    }

    private List<ShardedFrame> overtakenBy(ShardedFrame frame) {
        List<ShardedFrame> overtaken = new ArrayList<>();
        synchronized (lock) {
            Detour detour = detours.get(frame.partition());
            while (detour != null
                    && !detour.frames.isEmpty()
                    && detour.frames.element().compareTo(frame) < 0) {
                overtaken.add(detour.frames.remove());
            }
            unanswered.addAndGet(frame.partition(), overtaken.size());
        }
        return overtaken;
    }

    /** A frame is on its way no longer. */
    void answered(int partition) {
        if (unanswered.decrementAndGet(partition) == 0 && detours.get(partition) != null) {
            later(Duration.ZERO, () -> release(partition));
        }
    }

    /** Lets go what is held, if it can. On the executor. */
    private void release(int partition) {
        synchronized (lock) {
            Detour detour = detours.get(partition);
            Master master = masters.get(partition);
            if (detour == null || unanswered.get(partition) > 0 || master == null || !master.isPublishing()) {
                return;
            }
            if (detour.tries++ > 0) {
                // Two masters that each say that the other has it are not to be asked without a pause.
                later(NEXT_TRY, () -> leave(partition, detour));
            } else {
                leave(partition, detour);
            }
        }
    }

    private void leave(int partition, Detour detour) {
        synchronized (lock) {
            Master master = masters.get(partition);
            if (detours.get(partition) != detour || unanswered.get(partition) > 0 || master == null) {
                return;
            }
            List<Outgoing> frames = inOrder(detour);
            unanswered.addAndGet(partition, frames.size());
            // Under the lock, so that nothing later leaves before.
            master.publish(frames);
            if (detour.frames.isEmpty()) {
                detours.set(partition, null);
            }
        }
    }

    private static List<Outgoing> inOrder(Detour detour) {
        List<Outgoing> frames = new ArrayList<>();
        for (ShardedFrame next = detour.frames.poll(); next != null; next = detour.frames.poll()) {
            frames.add(next);
        }
        return frames;
    }

    /** What is held for too long was never executed. */
    private void giveUp(int partition, Detour detour) {
        List<Outgoing> late;
        synchronized (lock) {
            if (detours.get(partition) != detour) {
                return;
            }
            detours.set(partition, null);
            late = inOrder(detour);
            unanswered.addAndGet(partition, late.size());
        }
        RedisFailure why = new RedisFailure("slot " + Partitions.slot(partition) + " of the Cluster has moved, and no"
                + " master has taken it within " + LONGEST.toMillis() + " ms");
        late.forEach(frame -> frame.notSent(why));
    }

    private void later(Duration delay, Runnable step) {
        executor.after(delay, step);
    }
}
