package dev.roomcast.adapter.engine.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, in the order of submission, on threads of another executor. */
public final class SerialExecutor implements Executor {

    private final Executor threads;
    private final Consumer<? super Throwable> failed;
    private final Runnable afterEach;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Turn turn = Turn.free();

    public SerialExecutor(Execution execution) {
        this(
                execution.workers(),
                new RateLimitedLog(LoggerFactory.getLogger(SerialExecutor.class), execution)::taskFailed,
                execution::clearInterrupt);
    }

    /**
     * @param failed is told what a task throws, which it must not
     * @param afterEach runs after each task, on its thread
     */
    public SerialExecutor(Executor threads, Consumer<? super Throwable> failed, Runnable afterEach) {
        this.afterEach = afterEach;
        this.threads = threads;
        this.failed = failed;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (turn.added()) {
            threads.execute(this::goOn);
        }
    }

    private void goOn() {
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                run(task);
                afterEach.run();
                turn.done();
            }
        } while (!turn.end());
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            failed.accept(t);
        }
    }
}
