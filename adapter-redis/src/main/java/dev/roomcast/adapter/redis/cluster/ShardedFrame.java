package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.connection.CommandFailure;
import dev.roomcast.adapter.spi.Outgoing;

/** A frame that is published on the master of its partition. Its {@link PartitionQueue} decides its result. */
final class ShardedFrame implements Outgoing, Comparable<ShardedFrame> {

    private final PartitionQueue queue;
    private final Outgoing frame;
    private final long number;

    /** Whether a master has it that has not answered. Guarded by the queue's lock. */
    boolean isInFlight;

    /** @param number its place in the order of all frames */
    ShardedFrame(PartitionQueue queue, Outgoing frame, long number) {
        this.queue = queue;
        this.frame = frame;
        this.number = number;
    }

    PartitionQueue queue() {
        return queue;
    }

    /** What the engine has handed over. */
    Outgoing frame() {
        return frame;
    }

    long number() {
        return number;
    }

    @Override
    public String channel() {
        return frame.channel();
    }

    @Override
    public byte[] bytes() {
        return frame.bytes();
    }

    @Override
    public void accepted() {
        queue.accepted(this);
    }

    @Override
    public void notSent(Throwable why) {
        String said = CommandFailure.saidBy(why);
        if (said.startsWith("MOVED ")) {
            queue.moved(this, said);
        } else {
            queue.notSent(this, why);
        }
    }

    @Override
    public void unknown(Throwable why) {
        queue.unknown(this, why);
    }

    @Override
    public int compareTo(ShardedFrame other) {
        return Long.compare(number, other.number);
    }
}
