package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each frame on the master that has its slot. Each partition has a {@link PartitionQueue}, which keeps its frames in order
 * while the slot moves.
 *
 * <p><i>Threading:</i> {@link #publish} is called by one thread at a time, everything else by any.
 */
final class ShardedPublisher {

    /** A master may have many slots. */
    interface Master {
        boolean isPublishing();

        void publish(List<Outgoing> pass);
    }

    /** Runs steps on one thread, which is no event loop. */
    @FunctionalInterface
    interface Steps {

        /** Returns false if no step runs any more. */
        boolean offer(Duration delay, Runnable step);
    }

    private static final Logger log = LoggerFactory.getLogger(ShardedPublisher.class);
    private static final LogInterval FAILURES = new LogInterval();

    private final Steps steps;
    private final LongSupplier nanoTime;
    private final BiConsumer<Integer, String> moved;
    private final PartitionQueue[] queues = new PartitionQueue[Partitions.COUNT];
    private long number;

    /**
     * Has no masters yet.
     *
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @param moved gets, on {@code steps}, the answer of a master that does not have a partition any more
     */
    ShardedPublisher(Steps steps, LongSupplier nanoTime, BiConsumer<Integer, String> moved) {
        this.steps = steps;
        this.nanoTime = nanoTime;
        this.moved = moved;
        for (int partition = 0; partition < queues.length; partition++) {
            queues[partition] = new PartitionQueue(partition, this);
        }
    }

    /** Sets the master of a partition, or null if no master has its slot. */
    void master(int partition, @Nullable Master master) {
        queues[partition].master(master);
    }

    /** A master can be published on. */
    void up(Master master) {
        for (PartitionQueue queue : queues) {
            queue.up(master);
        }
    }

    void publish(List<? extends Outgoing> pass) {
        Map<Master, List<Outgoing>> byMaster = new IdentityHashMap<>();
        for (Outgoing frame : pass) {
            PartitionQueue queue = queues[Partitions.of(frame.channel())];
            ShardedFrame next = new ShardedFrame(queue, frame, number++);
            Master master = queue.add(next);
            if (master != null) {
                byMaster.computeIfAbsent(master, m -> new ArrayList<>()).add(next);
            }
        }
        byMaster.forEach(ShardedPublisher::handOver);
    }

    /** Hands frames to a master. Each of them is answered, whatever that does. */
    static void handOver(Master master, List<Outgoing> frames) {
        try {
            master.publish(frames);
        } catch (Throwable t) {
            if (FAILURES.isOver()) {
                log.error(
                        "Publishing on {} failed unexpectedly; {} frames may or may not have left",
                        master,
                        frames.size(),
                        t);
            }
            frames.forEach(frame -> frame.unknown(t));
        }
    }

    /** Nothing is held any more. */
    void close() {
        for (PartitionQueue queue : queues) {
            queue.close();
        }
    }

    long now() {
        return nanoTime.getAsLong();
    }

    void moved(int partition, String answer) {
        moved.accept(partition, answer);
    }

    /** Returns whether the step will run. */
    boolean after(Duration delay, Runnable step) {
        return steps.offer(delay, step);
    }
}
