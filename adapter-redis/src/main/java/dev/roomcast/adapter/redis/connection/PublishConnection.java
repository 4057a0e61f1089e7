package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import dev.roomcast.adapter.spi.Outgoing;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One life of the connection on which frames are published.
 *
 * <p><i>Threading:</i> {@link #publish} is called by one thread at a time, everything else by any.
 */
final class PublishConnection {

    private final StatefulRedisConnection<String, byte[]> connection;
    private final Traffic traffic;
    private final CommandFailure failure;
    private final PubSub pubSub;
    private volatile RedisLogin login;
    private final Consumer<Throwable> notPublishing;
    private final Runnable lost;
    private final KeepAlive keepAlive;
    private final Duration timeout;
    private final AtomicBoolean dead = new AtomicBoolean();
    private volatile @Nullable RedisFailure lostBecause;
    private volatile boolean gone;
    /** Whether somebody will look at whether what was published has been answered. On the event loop. */
    private boolean looksLater;

    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    /**
     * Not started yet.
     *
     * @param traffic its bytes
     * @param failure says what goes wrong here
     * @param timeout after which a PUBLISH that is not answered ends the connection; it may take twice as long. It counts from when the
     *     last byte has left, or no more of them leave
     * @param notPublishing is called once when nothing can be published any more, unless it was closed
     * @param lost is called after that
     */
    PublishConnection(
            StatefulRedisConnection<String, byte[]> connection,
            Traffic traffic,
            CommandFailure failure,
            PubSub pubSub,
            RedisLogin login,
            KeepAlive.Schedule schedule,
            Duration timeout,
            Consumer<Throwable> notPublishing,
            Runnable lost) {
        this.connection = connection;
        this.traffic = traffic;
        this.failure = failure;
        this.pubSub = pubSub;
        this.login = login;
        this.timeout = timeout;
        this.notPublishing = notPublishing;
        this.lost = lost;
        this.keepAlive =
                new KeepAlive(schedule, traffic, () -> connection.async().ping(), this::down);
    }

    void start() {
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                down(new RedisFailure("Redis or the network has closed it"));
            }
        });
        if (connection.isOpen()) {
            keepAlive.start();
        } else {
            down(new RedisFailure("it was closed as soon as it was open"));
        }
    }

    PubSub pubSub() {
        return pubSub;
    }

    CompletionStage<List<Object>> clusterSlots() {
        return connection.async().clusterSlots();
    }

    /** See {@link SubscribeConnection#authenticate}. */
    CompletionStage<?> authenticate(RedisLogin as) {
        if (as.equals(login)) {
            return CompletableFuture.completedStage(null);
        }
        login = as;
        return ControlExecutor.guarded(() -> as.authenticate(connection.async()));
    }

    /** Makes one write of a pass: Lettuce flushes once, behind the last command of a collection. */
    void publish(List<? extends Outgoing> pass) {
        if (dead.get()) {
            RedisFailure gone = gone();
            pass.forEach(frame -> frame.notSent(gone));
            return;
        }
        List<PublishCommand> commands = new ArrayList<>(pass.size());
        pass.forEach(frame -> commands.add(new PublishCommand(this, frame)));
        asked.addAndGet(commands.size());
        try {
            traffic.eventLoop().execute(() -> write(commands));
        } catch (Throwable t) {
            // It takes nothing more when it is being shut down.
            fail(commands, t);
        }
    }

    /** On the event loop: a write elsewhere costs a hand-over as well, and leaves thread locals of Netty's on the caller's thread. */
    private void write(List<PublishCommand> commands) {
        try {
            connection.dispatch(commands);
        } catch (Throwable t) {
            // Lettuce's timer throws when it has been stopped.
            fail(commands, t);
        }
        if (dead.get()) {
            // It may have died between Lettuce's look at the connection and its write, and then nobody answers.
            fail(commands, gone());
        } else {
            lookLater();
        }
    }

    /** Those that are answered stay as they are. */
    private static void fail(List<PublishCommand> commands, Throwable why) {
        commands.forEach(command -> command.completeExceptionally(why));
    }

    /** One look at a time: a timer for each frame would cost more than the frame. On the event loop, where frames are written. */
    private void lookLater() {
        if (!looksLater) {
            looksLater = true;
            long upTo = asked.get();
            Traffic.Wait wait = traffic.waitForAnswer();
            keepAlive.after(timeout, () -> look(upTo, wait));
        }
    }

    private void look(long upTo, Traffic.Wait wait) {
        if (answered.get() >= upTo) {
            traffic.eventLoop().execute(this::lookAgain);
        } else if (wait.isLeaving()) {
            keepAlive.after(timeout, () -> look(upTo, wait));
        } else {
            down(new RedisFailure("a PUBLISH was not answered within " + timeout.toMillis() + " ms"));
        }
    }

    private void lookAgain() {
        looksLater = false;
        if (answered.get() < asked.get()) {
            lookLater();
        }
    }

    private RedisFailure gone() {
        return lost(new RedisFailure("Redis or the network has closed it"));
    }

    /** Why it is gone, by the first reason that is known. */
    RedisFailure lost(Throwable why) {
        RedisFailure known = lostBecause;
        return known != null ? known : failure.lost(why);
    }

    /** Redis has answered a frame by an error. */
    RedisFailure rejected(String error) {
        return failure.rejected("PUBLISH", new RedisCommandExecutionException(error));
    }

    /** The server has answered. */
    void received() {
        keepAlive.received();
    }

    /** One more needs no answer: it has one, or failed. */
    void done() {
        answered.incrementAndGet();
    }

    /** Ends it. Further calls have no effect; the first reason is reported. */
    void down(Throwable why) {
        if (dead.compareAndSet(false, true)) {
            RedisFailure because = failure.lost(why);
            lostBecause = because;
            try {
                keepAlive.stop();
                connection.closeAsync();
                notPublishing.accept(because);
            } finally {
                gone = true;
                lost.run();
            }
        }
    }

    /** Whether it has ended, and the end has been reported. */
    boolean isGone() {
        return gone;
    }

    /** Reports no further event to the listener. The connection itself is closed with all others. */
    void retire() {
        dead.set(true);
        keepAlive.stop();
    }
}
