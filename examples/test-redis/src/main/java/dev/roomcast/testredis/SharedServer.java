package dev.roomcast.testredis;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;

/** The server of all tests of this JVM, or of somebody else: none of them may take it away from the others. */
record SharedServer(String url, int port, String description) implements Server {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final int DEFAULT_PORT = 6379;

    /** Shares a server of our own. It is left to run, and ends with this JVM. */
    static SharedServer of(Server server) {
        return new SharedServer(server.url(), server.port(), server.description());
    }

    /**
     * Uses the server that is there already.
     *
     * @param key where the URL was found, for the messages. They show no URL, as it may hold a password
     */
    static SharedServer at(String url, String key) {
        URI uri = parse(url, key);
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        String address = uri.getHost() + ":" + port;
        // Behind TLS a client finds out soon enough; here it would take a trust store to ask.
        if (uri.getScheme().equals("redis")) {
            requireAnswer(uri.getHost(), port, key);
        }
        return new SharedServer(url, port, "server of %s at %s".formatted(key, address));
    }

    @Override
    public void kill() {
        throw refused("killed");
    }

    @Override
    public void restart() {
        throw refused("restarted");
    }

    @Override
    public void freeze() {
        throw refused("frozen");
    }

    @Override
    public void thaw() {
        throw refused("thawed");
    }

    @Override
    public void close() {}

    private static URI parse(String url, String key) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && Set.of("redis", "rediss").contains(String.valueOf(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Its message would show the password.
        }
        throw new IllegalArgumentException(key + " is not understood; accepted are redis://HOST:PORT and"
                + " rediss://HOST:PORT, with user and password percent-encoded before the host");
    }

    private static void requireAnswer(String host, int port, String key) {
        try (RedisSocket socket = RedisSocket.open(host, port, PATIENCE)) {
            String reply = socket.ask("PING");
            if (!RedisSocket.isUp(reply)) {
                throw new IOException("it answered " + reply);
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The Redis of %s at %s:%d does not answer PING (%s). Start it, or name another one, or ask for a"
                                    .formatted(key, host, port, e.getMessage())
                            + " server of the tests' own by -Dtest.redis=embedded",
                    e);
        }
    }

    private IllegalStateException refused(String action) {
        return new IllegalStateException("The " + description + " is shared, so it cannot be " + action
                + " by a test; TestRedis.start() gives a server that can");
    }
}
