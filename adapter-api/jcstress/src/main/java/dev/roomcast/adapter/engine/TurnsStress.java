package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.Executor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two threads bring tasks: each runs once, alone, and behind those that its thread brought before. */
public class TurnsStress {

    /** What ran, in a plain field: of two tasks that run at once, or do not see each other, one is lost. */
    private static final class Log {

        private String ran = "";

        void run(Executor by, String task) {
            by.execute(() -> ran += task);
        }

        String of(String thread) {
            return ran.replaceAll("[^" + thread + "]", "");
        }
    }

    @JCStressTest
    @Description("Two threads bring tasks to turns that are idle.")
    @Outcome(id = "aA, bB", expect = ACCEPTABLE)
    @State
    public static class ExecuteAndExecute {

        private final Log log = new Log();
        private final Turns turns = Turns.held(Runnable::run, failure -> {});

        public ExecuteAndExecute() {
            turns.release();
        }

        @Actor
        public void one() {
            log.run(turns, "a");
            log.run(turns, "A");
        }

        @Actor
        public void other() {
            log.run(turns, "b");
            log.run(turns, "B");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = log.of("aA");
            r.r2 = log.of("bB");
        }
    }

    @JCStressTest
    @Description("Turns begin while a thread brings tasks.")
    @Outcome(id = "aA", expect = ACCEPTABLE)
    @State
    public static class ExecuteAndRelease {

        private final Log log = new Log();
        private final Turns turns = Turns.held(Runnable::run, failure -> {});

        @Actor
        public void execute() {
            log.run(turns, "a");
            log.run(turns, "A");
        }

        @Actor
        public void release() {
            turns.release();
        }

        @Arbiter
        public void end(L_Result r) {
            r.r1 = log.of("aA");
        }
    }

    @JCStressTest
    @Description("Two threads bring tasks to a serial executor.")
    @Outcome(id = "aA, bB", expect = ACCEPTABLE)
    @State
    public static class SerialExecuteAndExecute {

        private final Log log = new Log();
        private final SerialExecutor executor = new SerialExecutor(Runnable::run, failure -> {});

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
