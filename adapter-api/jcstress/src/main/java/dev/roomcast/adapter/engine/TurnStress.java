package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.engine.runtime.SerialExecutor;
import java.util.concurrent.Executor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two threads bring tasks: each runs once, alone, and behind those that its thread brought before. */
public class TurnStress {

    /** What ran, in a plain field: of two tasks that run at once, or do not see each other, one is lost. */
    private static final class Log {

        private String ran = "";

        void run(Executor by, String task) {
            run(by, task, () -> {});
        }

        void run(Executor by, String task, Runnable then) {
            by.execute(() -> {
                ran += task;
                then.run();
            });
        }

        String of(String thread) {
            return ran.replaceAll("[^" + thread + "]", "");
        }
    }

    /** An inbox, whose tasks are done at once by whoever gets its turn. */
    private static final class Turns {

        private final DeliveryQueue deliveryQueue = new DeliveryQueue(Runnable::run, failure -> {}, 1 << 20);
        private final Inbox inbox = new Inbox(Runnable::run, failure -> {}, deliveryQueue, 1 << 20, new Counters());
        private final Log tasks = new Log();
        private final Log delivered = new Log();

        /** The task and what it has delivered. */
        void run(String task) {
            tasks.run(
                    inbox::run,
                    task,
                    () -> deliveryQueue.add(0, () -> {
                        delivered.ran += task;
                        return true;
                    }));
        }
    }

    @JCStressTest
    @Description("Two threads bring tasks to an inbox that is idle.")
    @Outcome(id = "aA, bB, aA, bB", expect = ACCEPTABLE)
    @State
    public static class RunAndRun {

        private final Turns turns = new Turns();

        public RunAndRun() {
            turns.inbox.open();
        }

        @Actor
        public void one() {
            turns.run("a");
            turns.run("A");
        }

        @Actor
        public void other() {
            turns.run("b");
            turns.run("B");
        }

        @Arbiter
        public void end(LLLL_Result r) {
            r.r1 = turns.tasks.of("aA");
            r.r2 = turns.tasks.of("bB");
            r.r3 = turns.delivered.of("aA");
            r.r4 = turns.delivered.of("bB");
        }
    }

    @JCStressTest
    @Description("An inbox opens while a thread brings tasks.")
    @Outcome(id = "aA, aA", expect = ACCEPTABLE)
    @State
    public static class RunAndOpen {

        private final Turns turns = new Turns();

        @Actor
        public void run() {
            turns.run("a");
            turns.run("A");
        }

        @Actor
        public void open() {
            turns.inbox.open();
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = turns.tasks.of("aA");
            r.r2 = turns.delivered.of("aA");
        }
    }

    @JCStressTest
    @Description("Two threads bring tasks to a serial executor.")
    @Outcome(id = "aA, bB", expect = ACCEPTABLE)
    @State
    public static class SerialExecuteAndExecute {

        private final Log log = new Log();
        private final SerialExecutor executor = new SerialExecutor(Runnable::run, failure -> {}, () -> {});

        @Actor
        public void one() {
            log.run(executor, "a");
            log.run(executor, "A");
        }

        @Actor
        public void other() {
            log.run(executor, "b");
            log.run(executor, "B");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = log.of("aA");
            r.r2 = log.of("bB");
        }
    }
}
