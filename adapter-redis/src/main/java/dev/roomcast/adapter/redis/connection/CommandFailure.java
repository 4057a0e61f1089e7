package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes a lost connection, or a command that Redis did not execute: where it happened, why, and what to do. The
 * messages of Lettuce and Netty require knowledge of these libraries.
 *
 * @param role what the connection is for: publish or subscribe
 */
public record CommandFailure(RedisAddress address, String role) {

    /** By how an error of Redis begins. */
    private static final List<Map.Entry<String, String>> REMEDIES = List.of(
            Map.entry("NOPERM", "Give this user the right that it names"),
            Map.entry("NOAUTH", "Correct the user or the password"),
            Map.entry("BUSY ", "A script runs there for long: wait for its end, or end it by SCRIPT KILL"),
            Map.entry("LOADING", "It is loading its data: wait for the end of that"),
            Map.entry("MOVED ", "The slot has moved to another master, which is asked next"),
            Map.entry("CLUSTERDOWN", "See CLUSTER INFO there for the slots that no master has"),
            Map.entry("MASTERDOWN", "Its master is away: wait for it, or for a failover"),
            Map.entry("OOM ", "Raise maxmemory there"),
            Map.entry("ERR unknown command", "Redis 2.8 or later is needed, and 7.0 for a Cluster with sharded rooms"));

    private static final String NOT_CONNECTED = "Currently not connected";
    private static final String QUEUE_IS_FULL = "Request queue size exceeded";

    /** The connection is gone, or of no use any more. */
    RedisFailure lost(Throwable why) {
        String text = text(why);
        if (why instanceof RedisFailure known && text.startsWith(where())) {
            return known;
        }
        if (text.startsWith(QUEUE_IS_FULL)) {
            return new RedisFailure(
                    where() + " has too many unanswered commands. Send less, or see why Redis is slow", why);
        }
        String cause = text.startsWith(NOT_CONNECTED) ? "Redis or the network has closed it" : text;
        return new RedisFailure(
                where() + " was lost (" + cause + ") and is being made anew. If that repeats, see the log of Redis",
                why);
    }

    /** Redis has answered a command by an error. */
    RedisFailure rejected(String command, Throwable why) {
        String said = ErrorReply.withoutArguments(text(why));
        String remedy = REMEDIES.stream()
                .filter(known -> said.startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("Correct what it names, at Redis or at a proxy before it");
        return new RedisFailure(
                "Redis at " + address + " did not execute " + command + " (" + said + "). " + remedy,
                new RedisCommandExecutionException(said));
    }

    private String where() {
        return "the " + role + " connection to Redis at " + address;
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : failure instanceof Error ? failure.toString() : message;
    }

    /** The error by which Redis has answered; empty if the failure is another one. */
    public static String saidBy(@Nullable Throwable failure) {
        Throwable cause = failure instanceof RedisFailure ? failure.getCause() : failure;
        return cause instanceof RedisCommandExecutionException ? String.valueOf(cause.getMessage()) : "";
    }
}
