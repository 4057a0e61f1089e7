package dev.roomcast.adapter.redis;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the configuration names.
 *
 * @param kind what it is
 * @param servers at least one: the server, the Sentinels, or some servers of the Cluster
 * @param master the name by which Sentinels know their master; empty for the other kinds
 */
record RedisSite(Kind kind, List<RedisAddress> servers, String master) {

    enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    /** A Cluster that is named by one address, behind which there are many servers. */
    RedisSite asCluster() {
        if (kind == Kind.SENTINEL) {
            throw new IllegalArgumentException(RedisOptions.CLUSTER.key() + "=true is not accepted: "
                    + RedisOptions.names(RedisOptions.URL) + " names Sentinels, which a Cluster has not; remove one");
        }
        return new RedisSite(Kind.CLUSTER, servers, master);
    }

    @Override
    public String toString() {
        return servers.stream().map(RedisAddress::toString).collect(Collectors.joining(","))
                + (kind == Kind.SENTINEL ? "#" + master : "");
    }
}
