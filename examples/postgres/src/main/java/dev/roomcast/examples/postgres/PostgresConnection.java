package dev.roomcast.examples.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A connection, and the only thread that ever touches it: what is to be done is done in the order of the calls, and no lock is
 * needed. A connection that is lost is opened again, after a pause that grows from attempt to attempt.
 */
final class PostgresConnection {

    /** What is to be done. If it throws, the connection is lost. */
    @FunctionalInterface
    interface Work {
        void on(Connection connection) throws SQLException;
    }

    private static final long PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final DataSource database;
    private final Consumer<Exception> failed;
    private final Runnable up;
    private final Consumer<Exception> down;
    private final ScheduledExecutorService thread;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // On the thread only.
    private @Nullable Connection connection;
    private Exception whyNone = new SQLException("not connected yet");
    private long attempt;
    private @Nullable Future<?> next;

    /**
     * Not connected yet.
     *
     * @param failed hears of each attempt that fails
     * @param up is run whenever the connection is there
     * @param down hears of each loss
     */
    PostgresConnection(
            DataSource database,
            ThreadFactory threads,
            Consumer<Exception> failed,
            Runnable up,
            Consumer<Exception> down) {
        this.database = database;
        this.failed = failed;
        this.up = up;
        this.down = down;
        this.thread = Executors.newSingleThreadScheduledExecutor(threads);
    }

    void start() {
        thread.execute(this::connect);
    }

    private void connect() {
        try {
            connection = database.getConnection();
        } catch (SQLException | RuntimeException e) {
            whyNone = e;
            failed.accept(e);
            connectLater();
            return;
        }
        attempt = 0;
        up.run();
    }

    private void connectLater() {
        attempt++;
        long pause = Math.min(attempt * PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
        next = thread.schedule(this::connect, pause, TimeUnit.MILLISECONDS);
    }

    /** Does something with the connection when its turn comes, or tells then why there is none. */
    void use(Work work, Consumer<Exception> otherwise) {
        try {
            thread.execute(() -> useNow(work, otherwise));
        } catch (RejectedExecutionException e) {
            otherwise.accept(e);
        }
    }

    private void useNow(Work work, Consumer<Exception> otherwise) {
        Connection open = connection;
        if (open == null) {
            otherwise.accept(whyNone);
            return;
        }
        try {
            work.on(open);
        } catch (SQLException | RuntimeException e) {
            disconnect();
            whyNone = e;
            down.accept(e);
            connectLater();
        }
    }

    private void disconnect() {
        Connection ended = connection;
        connection = null;
        try {
            if (ended != null) {
                ended.close();
            }
        } catch (SQLException e) {
            whyNone = e;
        }
    }

    /** Ends it behind what was asked for before; the stage completes as the last that the thread does. */
    CompletionStage<Void> close() {
        try {
            thread.execute(this::end);
        } catch (RejectedExecutionException e) {
            // Closed before, and the stage is the same.
            return closed;
        }
        return closed;
    }

    /** What was asked for meanwhile is still told that there is no connection any more. */
    private void end() {
        disconnect();
        whyNone = new SQLException("the transport is closed");
        if (next != null) {
            next.cancel(false);
        }
        thread.shutdown();
        closed.complete(null);
    }
}
