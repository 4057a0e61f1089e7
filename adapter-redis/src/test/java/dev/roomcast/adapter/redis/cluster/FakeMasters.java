package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.redis.connection.RedisFailure;
import dev.roomcast.adapter.spi.Outgoing;
import io.lettuce.core.RedisCommandExecutionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Masters of a Cluster that answer when they are told to. Each believes of each partition that some master has its slot, and answers by
 * that; what they believe need not agree.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class FakeMasters {

    /** What was executed: the text of a frame, by partition. */
    private final BiConsumer<Integer, String> executed;

    private final List<FakeMaster> masters;

    FakeMasters(int count, BiConsumer<Integer, String> executed) {
        this.executed = executed;
        this.masters = IntStream.range(0, count).mapToObj(FakeMaster::new).toList();
    }

    FakeMaster get(int index) {
        return masters.get(index);
    }

    List<FakeMaster> all() {
        return masters;
    }

    /** All agree that a master has the slot of a partition. */
    void move(int partition, int to) {
        masters.forEach(master -> master.believes(partition, to));
    }

    boolean isQuiet() {
        return masters.stream().allMatch(FakeMaster::isQuiet);
    }

    /** The master that an answer names. */
    static int movedTo(String answer) {
        return Integer.parseInt(answer.substring(answer.lastIndexOf(':') + 1));
    }

    final class FakeMaster implements ShardedPublisher.Master {

        private final int index;
        private final AtomicIntegerArray owners = new AtomicIntegerArray(Partitions.COUNT);
        private final Deque<Outgoing> unanswered = new ArrayDeque<>();
        private volatile boolean publishing = true;

        private FakeMaster(int index) {
            this.index = index;
        }

        int index() {
            return index;
        }

        void believes(int partition, int owner) {
            owners.set(partition, owner);
        }

        synchronized boolean isQuiet() {
            return unanswered.isEmpty();
        }

        @Override
        public boolean isPublishing() {
            return publishing;
        }

        @Override
        public void publish(List<Outgoing> pass) {
            List<Outgoing> late = new ArrayList<>();
            synchronized (this) {
                (publishing ? unanswered : late).addAll(pass);
            }
            late.forEach(frame -> frame.notSent(new RedisFailure("not connected")));
        }

        /** Executes and answers the first frame, if there is one. */
        void answerOne() {
            Outgoing frame;
            synchronized (this) {
                frame = unanswered.poll();
            }
            if (frame == null) {
                return;
            }
            int partition = Partitions.of(frame.channel());
            int owner = owners.get(partition);
            if (owner == index) {
                executed.accept(partition, new String(frame.bytes(), StandardCharsets.UTF_8));
                frame.accepted();
            } else {
                frame.notSent(new RedisCommandExecutionException(
                        "MOVED " + Partitions.slot(partition) + " 127.0.0.1:" + owner));
            }
        }

        void answerAll() {
            while (!isQuiet()) {
                answerOne();
            }
        }

        /** Refuses the first frame for a reason that ends it. */
        void refuseOne() {
            Outgoing frame;
            synchronized (this) {
                frame = unanswered.poll();
            }
            if (frame != null) {
                frame.notSent(new RedisCommandExecutionException("CLUSTERDOWN The cluster is down"));
            }
        }

        /** The connection is gone, and some of its frames were written. */
        void down(int written) {
            List<Outgoing> lost;
            synchronized (this) {
                publishing = false;
                lost = List.copyOf(unanswered);
                unanswered.clear();
            }
            for (int i = 0; i < lost.size(); i++) {
                RedisFailure why = new RedisFailure("the connection is gone");
                if (i < written) {
                    lost.get(i).unknown(why);
                } else {
                    lost.get(i).notSent(why);
                }
            }
        }

        void up() {
            publishing = true;
        }
    }
}
