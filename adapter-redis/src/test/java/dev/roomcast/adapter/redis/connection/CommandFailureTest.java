package dev.roomcast.adapter.redis.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.config.RedisAddress;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** What Lettuce, Netty and Redis say reaches users with its place, its cause and a remedy. */
class CommandFailureTest {

    private final CommandFailure failure =
            new CommandFailure(new RedisAddress("redis", "redis.test", 6379, "user", "secret"), "publish");

    private static void assertSays(RedisFailure told, String... parts) {
        String message = String.valueOf(told.getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void aLostConnectionNamesItsPlace() {
        RedisFailure lost = failure.lost(new RedisException("Currently not connected. Commands are rejected."));
        assertSays(
                lost,
                "the publish connection to Redis at redis://redis.test:6379 was lost (Redis or the network has closed it)",
                "is being made anew");
        assertSame(lost, failure.lost(lost), "once");
        assertSays(failure.lost(new ClosedChannelException()), "was lost (ClosedChannelException)");
        assertSays(failure.lost(new OutOfMemoryError("heap")), "java.lang.OutOfMemoryError: heap");
    }

    @Test
    void aFullQueueIsNoLostConnection() {
        RedisFailure full = failure.lost(new RedisException(
                "Request queue size exceeded: 65536. Commands are not accepted" + " until the queue size drops."));
        assertSays(full, "redis://redis.test:6379 has too many unanswered commands", "Send less");
    }

    @Test
    void aRejectedCommandNamesItsRemedy() {
        RedisFailure busy = failure.rejected("PUBLISH", new RedisCommandExecutionException("BUSY Redis is busy"));
        assertSays(
                busy, "Redis at redis://redis.test:6379 did not execute PUBLISH (BUSY Redis is busy). ", "SCRIPT KILL");
        assertSays(
                failure.rejected("PUBLISH", new RedisCommandExecutionException("NOPERM no permissions")),
                "Give this user the right");
        assertSays(failure.rejected("PUBLISH", new RedisCommandExecutionException("ERR odd")), "Correct what it names");
        assertEquals("BUSY Redis is busy", CommandFailure.saidBy(busy));
        assertEquals("", CommandFailure.saidBy(failure.lost(new ClosedChannelException())));
    }
}
