package dev.roomcast.adapter.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.cluster.FakeMasters.FakeMaster;
import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.testredis.Patience;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each frame is answered once, and the frames of a partition are executed in order, whatever masters answer and whenever they do. First
 * by random programs in virtual time, then by real threads.
 */
@Timeout(600)
class ShardedPublisherTest {

    private static final int MASTERS = 3;
    private static final int PROGRAMS = Integer.getInteger("sharded.programs", 200);
    private static final int STEPS = 200;
    /** What a world may need to become quiet: a search tries again 50 times. */
    private static final int MOST_STEPS = 20_000;

    /** A channel of each of a few partitions. */
    private static final List<String> CHANNELS =
            IntStream.range(0, 3).mapToObj(i -> "channel" + i).toList();

    // ---- in virtual time

    /** Steps in the order of their time, on the thread of the test. */
    private static final class VirtualSteps implements ShardedPublisher.Steps {
        private record Step(long due, long number, Runnable what) {}

        private final PriorityQueue<Step> steps =
                new PriorityQueue<>(Comparator.comparingLong(Step::due).thenComparingLong(Step::number));
        private long now;
        private long number;
        private boolean ended;

        @Override
        public boolean offer(Duration delay, Runnable what) {
            return !ended && steps.add(new Step(now + delay.toNanos(), number++, what));
        }

        /** Runs what is due. */
        void run() {
            while (!steps.isEmpty() && steps.element().due() <= now) {
                steps.remove().what().run();
            }
        }

        void advance(Duration time) {
            now += time.toNanos();
            run();
        }

        void end() {
            ended = true;
            steps.clear();
        }
    }

    private enum Answer {
        NONE,
        ACCEPTED,
        NOT_SENT,
        UNKNOWN
    }

    private static final class Frame implements Outgoing {
        private final String channel;
        private final int number;
        private final CountDownLatch open;
        private volatile Answer answer = Answer.NONE;
        private volatile String why = "";

        Frame(String channel, int number, CountDownLatch open) {
            this.channel = channel;
            this.number = number;
            this.open = open;
        }

        @Override
        public String channel() {
            return channel;
        }

        @Override
        public byte[] bytes() {
            return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void accepted() {
            answered(Answer.ACCEPTED);
        }

        @Override
        public void notSent(Throwable why) {
            this.why = String.valueOf(why.getMessage());
            answered(Answer.NOT_SENT);
        }

        @Override
        public void unknown(Throwable why) {
            answered(Answer.UNKNOWN);
        }

        private synchronized void answered(Answer how) {
            assertEquals(Answer.NONE, answer, "frame " + number + " is answered again, by " + how);
            answer = how;
            open.countDown();
        }
    }

    /** A publisher with its masters, and one random program. */
    private static final class World {
        private final Random random;
        private final VirtualSteps steps = new VirtualSteps();
        private final Map<Integer, List<Integer>> executed = new HashMap<>();
        private final FakeMasters masters = new FakeMasters(
                MASTERS,
                (partition, text) -> executed.computeIfAbsent(partition, p -> new ArrayList<>())
                        .add(Integer.valueOf(text)));
        private final ShardedPublisher publisher = new ShardedPublisher(
                steps, () -> steps.now, (partition, answer) -> find(partition, FakeMasters.movedTo(answer)));
        private final List<Frame> frames = new ArrayList<>();

        World(long seed) {
            random = new Random(seed);
            for (String channel : CHANNELS) {
                masters.move(Partitions.of(channel), 0);
                find(Partitions.of(channel), 0);
            }
        }

        private void find(int partition, int master) {
            publisher.master(partition, masters.get(master));
        }

        private FakeMaster any() {
            return masters.get(random.nextInt(MASTERS));
        }

        private int anyPartition() {
            return Partitions.of(CHANNELS.get(random.nextInt(CHANNELS.size())));
        }

        void step() {
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> publish(1 + random.nextInt(5));
                case 3, 4, 5, 6, 7 -> any().answerOne();
                case 8 -> steps.advance(Duration.ofMillis(random.nextInt(50)));
                case 9, 10 -> steps.run();
                case 11 -> masters.move(anyPartition(), random.nextInt(MASTERS));
                case 12 -> any().believes(anyPartition(), random.nextInt(MASTERS));
                case 13 -> find(anyPartition(), random.nextInt(MASTERS));
                case 14 -> rarely();
                default -> comesUp(any());
            }
        }

        private void rarely() {
            switch (random.nextInt(6)) {
                case 0 -> any().down(random.nextInt(10));
                case 1 -> publisher.master(anyPartition(), null);
                case 2 -> pause();
                default -> any().refuseOne();
            }
        }

        /** Who is silent for longer than frames are held for may come too late with what it executes. */
        private void pause() {
            masters.all().forEach(FakeMaster::answerAll);
            steps.advance(Duration.ofMillis(random.nextInt(2_000)));
        }

        private void comesUp(FakeMaster master) {
            master.up();
            publisher.up(master);
        }

        void publish(int count) {
            List<Frame> pass = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
                pass.add(new Frame(channel, frames.size() + i, new CountDownLatch(1)));
            }
            frames.addAll(pass);
            publisher.publish(pass);
        }

        /** All masters are up and answer; what they believe stays. */
        void becomeQuiet() {
            masters.all().forEach(this::comesUp);
            for (int i = 0; i < MOST_STEPS && !(masters.isQuiet() && steps.steps.isEmpty()); i++) {
                steps.advance(Duration.ofMillis(1));
                masters.all().forEach(FakeMaster::answerAll);
            }
        }

        long unanswered() {
            return frames.stream().filter(frame -> frame.answer == Answer.NONE).count();
        }

        void check(String when) {
            assertEquals(0, unanswered(), "unanswered of " + frames.size() + " frames " + when);
            executed.forEach((partition, numbers) -> assertEquals(
                    numbers.stream().sorted().distinct().toList(),
                    numbers,
                    "order of partition " + partition + " " + when));
            assertEquals(
                    executed.values().stream().mapToLong(List::size).sum(),
                    frames.stream()
                            .filter(frame -> frame.answer == Answer.ACCEPTED)
                            .count());
        }
    }

    @Test
    void eachFrameIsAnsweredOnceAndInOrderWhateverMastersAnswer() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            World world = new World(seed);
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            world.becomeQuiet();
            world.check("by seed " + seed);
        }
    }

    @Test
    void onceMastersAgreeHeldFramesLeaveBeforeTheirSearchIsOver() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            long by = seed;
            World world = new World(seed);
            int partition = Partitions.of(CHANNELS.get(0));
            world.masters.get(0).believes(partition, 1);
            world.masters.get(1).believes(partition, 0);
            for (int i = 0; i < 100; i++) {
                world.publish(world.random.nextInt(3));
                world.steps.advance(Duration.ofMillis(5));
                world.any().answerOne();
            }
            world.masters.move(partition, world.random.nextInt(2));
            world.becomeQuiet();
            world.check("by seed " + seed);
            world.frames.forEach(
                    frame -> assertFalse(frame.why.contains("no master has taken it"), frame.why + ", by seed " + by));
        }
    }

    @Test
    void mastersThatEachNameTheOtherAreAskedForABoundedTimeWithPauses() {
        World world = new World(1);
        for (String channel : CHANNELS) {
            world.masters.get(0).believes(Partitions.of(channel), 1);
            world.masters.get(1).believes(Partitions.of(channel), 0);
        }
        AtomicInteger asked = new AtomicInteger();
        world.publish(1);
        while (world.unanswered() > 0) {
            world.masters.all().forEach(master -> {
                if (!master.isQuiet()) {
                    asked.incrementAndGet();
                }
                master.answerOne();
            });
            world.steps.advance(Duration.ofMillis(1));
            assertTrue(
                    world.steps.now
                            <= PartitionQueue.LONGEST_SEARCH
                                    .plus(PartitionQueue.PAUSE)
                                    .toNanos(),
                    "is answered when the search is over");
        }
        assertEquals(Answer.NOT_SENT, world.frames.get(0).answer);
        long tries = PartitionQueue.LONGEST_SEARCH.dividedBy(PartitionQueue.PAUSE);
        assertTrue(asked.get() <= tries + 2, asked + " tries");
    }

    @Test
    void whatIsHeldIsNotSentWhenThePublisherIsClosedOrItsStepsHaveEnded() {
        for (boolean isClosed : new boolean[] {true, false}) {
            World world = new World(2);
            CHANNELS.forEach(channel -> world.masters.move(Partitions.of(channel), 2));
            world.masters.get(2).down(0);
            world.publish(10);
            for (int i = 0; i < 5; i++) {
                world.masters.get(0).answerOne();
                world.steps.run();
            }
            if (isClosed) {
                world.publisher.close();
            } else {
                world.steps.end();
                world.masters.get(2).up();
                world.publisher.up(world.masters.get(2));
            }
            for (int i = 0; i < 10; i++) {
                world.masters.all().forEach(FakeMaster::answerOne);
            }
            assertEquals(0, world.unanswered(), isClosed ? "closed" : "ended");
        }
    }

    // ---- by threads

    /** Runs what is due soon at once, and what is due late never: so a wake-up that is lost is one for good. */
    private static final class EagerSteps implements ShardedPublisher.Steps, AutoCloseable {
        private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread thread = new Thread(this::run, "steps");

        @Override
        public boolean offer(Duration delay, Runnable step) {
            return delay.compareTo(PartitionQueue.PAUSE) > 0 || steps.add(step);
        }

        private void run() {
            while (!ended.get()) {
                try {
                    steps.take().run();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        @Override
        public void close() {
            ended.set(true);
            thread.interrupt();
        }
    }

    @Test
    void noWakeUpIsLostBetweenThreads() throws Exception {
        int rounds = 300;
        int passes = 20;
        int framesOfAPass = 10;
        String channel = CHANNELS.get(0);
        int partition = Partitions.of(channel);
        List<Integer> executed = new ArrayList<>();
        FakeMasters masters = new FakeMasters(2, (p, text) -> {
            synchronized (executed) {
                executed.add(Integer.valueOf(text));
            }
        });
        AtomicBoolean ended = new AtomicBoolean();
        try (EagerSteps steps = new EagerSteps()) {
            ShardedPublisher[] self = new ShardedPublisher[1];
            self[0] = new ShardedPublisher(
                    steps, () -> 0, (p, answer) -> self[0].master(p, masters.get(FakeMasters.movedTo(answer))));
            masters.move(partition, 0);
            self[0].master(partition, masters.get(0));
            List<Thread> answering = masters.all().stream()
                    .map(master -> new Thread(() -> answer(master, ended), "master" + master.index()))
                    .toList();
            steps.thread.start();
            answering.forEach(Thread::start);
            int number = 0;
            for (int round = 0; round < rounds; round++) {
                CountDownLatch open = new CountDownLatch(passes * framesOfAPass);
                for (int pass = 0; pass < passes; pass++) {
                    if (pass % 5 == 1) {
                        masters.move(partition, (round + pass) % 2);
                    }
                    List<Frame> frames = new ArrayList<>();
                    for (int i = 0; i < framesOfAPass; i++) {
                        frames.add(new Frame(channel, number++, open));
                    }
                    self[0].publish(frames);
                }
                assertTrue(
                        open.await(Patience.SECONDS, TimeUnit.SECONDS),
                        open.getCount() + " frames are left in round " + round);
            }
            ended.set(true);
            for (Thread thread : answering) {
                thread.join();
            }
        } finally {
            ended.set(true);
        }
        assertEquals(executed.stream().sorted().distinct().toList(), executed);
    }

    private static void answer(FakeMaster master, AtomicBoolean ended) {
        while (!ended.get()) {
            if (master.isQuiet()) {
                LockSupport.parkNanos(1_000);
            } else {
                master.answerOne();
            }
        }
    }
}
