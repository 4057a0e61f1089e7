package dev.roomcast.adapter.redis.config;

import java.util.Locale;

/** The version of Redis's protocol that the transport uses. */
public enum RedisProtocol {
    /** RESP3, and RESP2 where the server refuses {@code HELLO}. */
    AUTO,
    /** Without {@code HELLO}: for proxies that end a connection at a command that they do not know. */
    RESP2,
    /** RESP3 or nothing. */
    RESP3;

    static RedisProtocol parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /**
     * What sharded Pub/Sub needs: over RESP2 Lettuce cannot give up a channel.
     *
     * @throws IllegalArgumentException if it is not to be had
     */
    public RedisProtocol sharded() {
        if (this == RESP2) {
            throw new IllegalArgumentException(
                    RedisOptions.PROTOCOL.key() + "=resp2 is not accepted for a Cluster with "
                            + RedisOptions.SHARDED.key() + "=true, which needs RESP3. Leave it out, or set "
                            + RedisOptions.SHARDED.key() + "=false on all nodes");
        }
        return RESP3;
    }

    /** As it is configured. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
