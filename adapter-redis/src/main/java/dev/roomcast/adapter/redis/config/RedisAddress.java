package dev.roomcast.adapter.redis.config;

import io.lettuce.core.RedisURI;
import java.util.Objects;

/**
 * The address of a server, and the login at it.
 *
 * @param scheme {@code redis}, or {@code rediss} for TLS
 * @param host a name, or an IP address without brackets
 * @param port from 1 to 65535
 * @param username empty for the server's default user
 * @param password empty for none
 */
public record RedisAddress(String scheme, String host, int port, String username, String password) {

    public RedisAddress {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    /**
     * Another server that lets us in as this one does.
     *
     * @param otherHost empty or {@code ?} if it is the same host, as the servers of a Cluster have it
     */
    public RedisAddress at(String otherHost, int otherPort) {
        String known = otherHost.isEmpty() || otherHost.equals("?") ? host : otherHost;
        return new RedisAddress(scheme, known, otherPort, username, password);
    }

    public boolean usesTls() {
        return scheme.equals("rediss");
    }

    /** Where a connection leads. The database number means nothing to Pub/Sub, so none is selected. */
    public RedisURI.Builder toUri() {
        return RedisURI.builder().withHost(host).withPort(port).withSsl(usesTls());
    }

    /** Where it is, without user and password. */
    @Override
    public String toString() {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
