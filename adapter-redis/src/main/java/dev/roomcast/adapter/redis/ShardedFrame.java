package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Outgoing;
import io.lettuce.core.RedisCommandExecutionException;

/**
 * A frame that is published where its partition is.
 *
 * @param number its place in the order of all
 */
record ShardedFrame(ShardedPublisher publisher, Outgoing frame, int partition, long number)
        implements Outgoing, Comparable<ShardedFrame> {

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
        frame.accepted();
        publisher.accepted(this);
    }

    @Override
    public void notSent(Throwable why) {
        String said = String.valueOf(why.getMessage());
        if (why instanceof RedisCommandExecutionException && said.startsWith("MOVED ")) {
            publisher.moved(this, said);
        } else {
            frame.notSent(why);
            publisher.answered(partition);
        }
    }

    @Override
    public void unknown(Throwable why) {
        frame.unknown(why);
        publisher.answered(partition);
    }

    @Override
    public int compareTo(ShardedFrame other) {
        return Long.compare(number, other.number);
    }
}
