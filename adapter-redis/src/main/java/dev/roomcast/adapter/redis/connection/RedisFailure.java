package dev.roomcast.adapter.redis.connection;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as a text for people. It has no stack trace, because the position in an event loop does not help the reader
 * of a log.
 */
public final class RedisFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RedisFailure(String message) {
        super(message, null, false, false);
    }

    public RedisFailure(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    /** What a stage failed with, without what stages put around it. */
    public static Throwable causeOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
