package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends keep-alive PINGs on one connection, and reports when nothing arrives any more. A frozen or disconnected server
 * sends no error, and TCP may need minutes to notice. Every received byte is a sign of life, because the answer to a
 * PING may wait behind large frames. So is every byte that leaves while the PING waits behind it.
 *
 * <p><i>Threading:</i> thread-safe; works on the executor's one thread.
 */
final class KeepAlive {

    /**
     * When to ping.
     *
     * @param executor one thread
     * @param interval between an answer and the next PING
     * @param timeout how long nothing may come after a PING has left; a server that falls silent is found within twice that time
     * @param steady is called at each answer
     */
    record Schedule(ControlExecutor executor, Duration interval, Duration timeout, Runnable steady) {}

    private final Schedule schedule;
    private final Traffic traffic;
    private final Supplier<? extends CompletionStage<?>> pingCommand;
    private final Consumer<Throwable> dead;

    private volatile boolean hasReceived;
    private volatile boolean stopped;
    private @Nullable Future<?> deadline;
    private Traffic.@Nullable Wait wait;

    KeepAlive(
            Schedule schedule,
            Traffic traffic,
            Supplier<? extends CompletionStage<?>> pingCommand,
            Consumer<Throwable> dead) {
        this.schedule = schedule;
        this.traffic = traffic;
        this.pingCommand = pingCommand;
        this.dead = dead;
    }

    void start() {
        after(schedule.interval(), this::ping);
    }

    void stop() {
        stopped = true;
    }

    /**
     * A frame or an answer was processed. Cheap enough for every frame: the flag is written only if it is down. Bytes that were read before
     * the PING count so too: while many frames of them are delivered, this thread reads nothing more.
     */
    void received() {
        if (!hasReceived) {
            hasReceived = true;
        }
    }

    private void ping() {
        hasReceived = false;
        deadline = after(schedule.timeout(), this::late);
        pingCommand.get().whenComplete((pong, failure) -> after(Duration.ZERO, () -> answered(failure)));
        wait = traffic.waitForAnswer();
    }

    private void answered(@Nullable Throwable failure) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        // An error is an answer too: an ACL may forbid PING.
        if (failure == null || failure instanceof RedisCommandExecutionException) {
            schedule.steady().run();
            after(schedule.interval(), this::ping);
        } else {
            dead.accept(failure);
        }
    }

    private void late() {
        boolean isMoving = wait != null && wait.isMoving();
        if (hasReceived || isMoving) {
            hasReceived = false;
            deadline = after(schedule.timeout(), this::late);
        } else {
            dead.accept(
                    new RedisFailure("nothing came within " + schedule.timeout().toMillis() + " ms after a PING"));
        }
    }

    /** Does something later, unless this was stopped. A step that throws ends the connection: nobody would watch over it. */
    Future<?> after(Duration delay, Runnable step) {
        return schedule.executor().after(delay, () -> runUnlessStopped(step), dead);
    }

    private void runUnlessStopped(Runnable step) {
        if (!stopped) {
            step.run();
        }
    }
}
