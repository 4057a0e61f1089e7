package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.connection.Partitions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The master of each {@linkplain Partitions partition} of a Cluster, as one of its servers reports it (CLUSTER SLOTS).
 *
 * @param asked the server that says so
 * @param owners for each partition, null where nobody has its slot
 */
record Slots(RedisAddress asked, @Nullable RedisAddress[] owners) {

    /**
     * Reads the answer to CLUSTER SLOTS.
     *
     * @param asked the server that gave it, which may leave out its own address
     * @throws IllegalArgumentException if it is no such answer
     */
    static Slots parse(List<?> answer, RedisAddress asked) {
        RedisAddress[] owners = new RedisAddress[Partitions.COUNT];
        try {
            for (Object range : answer) {
                List<?> parts = (List<?>) range;
                long from = (Long) parts.get(0);
                long to = (Long) parts.get(1);
                RedisAddress master = address((List<?>) parts.get(2), asked);
                for (int partition = 0; partition < owners.length; partition++) {
                    int slot = Partitions.slot(partition);
                    if (slot >= from && slot <= to) {
                        owners[partition] = master;
                    }
                }
            }
        } catch (ClassCastException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("Redis at " + asked + " gave a malformed answer to CLUSTER SLOTS: " + e);
        }
        return new Slots(asked, owners);
    }

    private static RedisAddress address(List<?> server, RedisAddress asked) {
        Object host = server.get(0);
        int port = Math.toIntExact((Long) server.get(1));
        return asked.at(host instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : "", port);
    }

    /** The server that a redirection names: {@code MOVED 3999 127.0.0.1:6381}. */
    static Optional<RedisAddress> movedTo(String error, RedisAddress from) {
        String[] words = error.split(" ", 3);
        if (words.length < 3 || !words[0].equals("MOVED")) {
            return Optional.empty();
        }
        int colon = words[2].lastIndexOf(':');
        try {
            return Optional.of(from.at(words[2].substring(0, colon), Integer.parseInt(words[2].substring(colon + 1))));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
