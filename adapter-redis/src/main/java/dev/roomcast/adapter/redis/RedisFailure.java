package dev.roomcast.adapter.redis;

/** What went wrong, in words. Without a stack trace: which lines of an event loop noticed it helps nobody, and logs are read. */
final class RedisFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisFailure(String message) {
        super(message, null, false, false);
    }

    RedisFailure(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
