package dev.roomcast.adapter.redis.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Describes the Redis that the configuration names: its kind (one server, Sentinels or a Cluster) and its addresses.
 *
 * @param kind whether the addresses are of one server, of Sentinels or of servers of a Cluster
 * @param servers at least one: the server, the Sentinels, or some servers of the Cluster
 * @param master the name by which Sentinels know their master; empty for the other kinds
 */
public record RedisEndpoints(Kind kind, List<RedisAddress> servers, String master) {

    public enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    /** A Cluster that is named by one address, behind which there are many servers. */
    RedisEndpoints asCluster() {
        if (kind == Kind.SENTINEL) {
            throw new IllegalArgumentException(RedisOptions.CLUSTER.key() + "=true is not accepted: "
                    + RedisOptions.names(RedisOptions.URL) + " names Sentinels, which a Cluster has not; remove one");
        }
        return new RedisEndpoints(Kind.CLUSTER, servers, master);
    }

    /** Where an address comes from that cannot be reached, and so what to correct; for the end of a sentence that asks for it. */
    public String origin(RedisAddress address) {
        boolean isConfigured = servers.stream()
                .anyMatch(known -> known.host().equals(address.host()) && known.port() == address.port());
        if (isConfigured || kind == Kind.SINGLE) {
            return RedisOptions.names(RedisOptions.URL) + ", or " + RedisOptions.names(RedisOptions.HOST) + " and "
                    + RedisOptions.names(RedisOptions.PORT);
        }
        return kind == Kind.CLUSTER
                ? "what the Cluster announced: this address is not of the configuration, but of CLUSTER SLOTS. If the Cluster"
                        + " is behind NAT or in containers, set cluster-announce-ip and cluster-announce-port of each server to what"
                        + " nodes can reach, or map the addresses here by a MappingSocketAddressResolver in the resources"
                        + " of RedisTransportProvider.withResources"
                : "what the Sentinels announced: this address is not of the configuration, but theirs. If Redis is behind NAT or"
                        + " in containers, set replica-announce-ip and replica-announce-port of each server to what nodes can"
                        + " reach, or map the addresses here by a MappingSocketAddressResolver in the resources"
                        + " of RedisTransportProvider.withResources";
    }

    @Override
    public String toString() {
        return servers.stream().map(RedisAddress::toString).collect(Collectors.joining(","))
                + (kind == Kind.SENTINEL ? "#" + master : "");
    }
}
