package dev.roomcast.testredis;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis server for tests and demos. Never a mock; and never left behind: at most seconds after this JVM is gone,
 * in whatever way, {@code kill -9} included, so are the server and its temporary directory.
 *
 * <p>Most tests use {@link #shared()}. A test that takes the server away, or needs one that is configured otherwise,
 * uses {@link #start(String...)}. Which server it is, one line of the log at INFO says; the first of these that is to
 * be had:
 *
 * <ol>
 *   <li>for {@link #shared()} only: the one that the system property {@code test.redis.url} or the environment variable
 *       {@code REDIS_URL} names;
 *   <li>the {@code redis-server} on the {@code PATH}, run on a free port of the loopback interface;
 *   <li>the static Redis 7.0.15 of {@code org.signal:embedded-redis}, run in the same way (Linux on amd64, arm64 and
 *       386, macOS on amd64 and arm64);
 *   <li>where that has none, a container of {@code redis:7.4}.
 * </ol>
 *
 * <p>The system property {@code test.redis} asks for one in particular: {@code url}, {@code path}, {@code embedded}, or
 * {@code container:IMAGE}, for example {@code container:valkey/valkey:8}. What was asked for and cannot be had is an
 * error, as is having nothing: no test is skipped.
 *
 * <p><i>Containers:</i> run by Testcontainers, whose Ryuk takes the place of the watchdog described at
 * {@link #start(String...)}. {@link #freeze()} pauses the container, which clients cannot tell from a stopped process;
 * only a sentinel cannot be run. The project's own build has no container engine and so does not come this way;
 * {@code TestRedisTest} tries it wherever there is one.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class TestRedis implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TestRedis.class);
    private static final Object sharedLock = new Object();
    private static @Nullable TestRedis shared;

    private static final int NO_TLS = 0;

    private final Server server;
    private final int tlsPort;

    private TestRedis(Server server, int tlsPort) {
        this.server = server;
        this.tlsPort = tlsPort;
        log.info("Test Redis: {}", server.description());
    }

    /**
     * Returns the server that all tests of this JVM share, which the first call starts or finds. It ends with the JVM:
     * {@link #close()} does nothing, and the methods that would take it away from other tests are refused. Tests are
     * told apart by their namespaces, not by emptying the server.
     *
     * @throws IllegalStateException if no server can be had; the message names the remedy
     * @throws IllegalArgumentException if {@code test.redis} or the server's URL is not understood
     */
    public static TestRedis shared() {
        synchronized (sharedLock) {
            if (shared == null) {
                shared = new TestRedis(ServerChoice.ofThisJvm().shared(), NO_TLS);
            }
            return shared;
        }
    }

    /**
     * Starts a server for one test only, which may kill, freeze and restart it. {@code REDIS_URL} is never used for
     * this. The server persists nothing unless told to, and keeps its directory, so also its {@code nodes.conf}, over a
     * {@link #restart()}.
     *
     * <p>The server is not a child of this JVM but of a small shell script, the watchdog, which reads a pipe that only
     * this JVM can write to. When the JVM is gone the kernel closes the pipe, and the watchdog kills the server.
     *
     * @param arguments further arguments of {@code redis-server}, one word each: {@code "--requirepass", "secret"}, or
     *     {@code "--user", "alice", "on", ">secret", "~*", "&*", "+@all"}, or {@code "--cluster-enabled", "yes"}, or
     *     {@code "--sentinel"}. The plain port must remain: it tells when the server is ready.
     * @throws IllegalStateException if no server can be had or it does not start; the message names the remedy, or what
     *     the server said last
     * @throws IllegalArgumentException if {@code test.redis} is not understood
     */
    public static TestRedis start(String... arguments) {
        return new TestRedis(ServerChoice.ofThisJvm().own(Launch.of(List.of(arguments))), NO_TLS);
    }

    /**
     * Starts a server, as {@link #start(String...)} does, that has a port for TLS beside the plain one. It asks no client
     * for a certificate, unless the arguments say {@code "--tls-auth-clients", "yes"}; then it trusts the CA of its own.
     *
     * @param certificate who it says to be
     * @param arguments as for {@link #start(String...)}
     * @throws IllegalStateException as for {@link #start(String...)}
     * @throws IllegalArgumentException as for {@link #start(String...)}
     */
    public static TestRedis startTls(TestCertificate certificate, String... arguments) {
        int port = Ports.free();
        Launch launch = Launch.tls(port, certificate, List.of(arguments));
        return new TestRedis(ServerChoice.ofThisJvm().own(launch), port);
    }

    /** Returns the URL, such as {@code redis://127.0.0.1:23456}; without credentials that {@code start} was given. */
    public String url() {
        return server.url();
    }

    /** Returns the port. That of a started server is none that the kernel gives to clients while the server is down. */
    public int port() {
        return server.port();
    }

    /**
     * Returns the port for TLS.
     *
     * @throws IllegalStateException if the server has none
     */
    public int tlsPort() {
        if (tlsPort == NO_TLS) {
            throw new IllegalStateException(
                    "The " + description() + " has no port for TLS; startTls gives one that has");
        }
        return tlsPort;
    }

    /**
     * Returns the URL for TLS, such as {@code rediss://127.0.0.1:23457}; without credentials.
     *
     * @throws IllegalStateException if the server has no port for TLS
     */
    public String tlsUrl() {
        return "rediss://" + URI.create(url()).getHost() + ":" + tlsPort();
    }

    /** Returns what it is and where, for example {@code embedded redis-server 7.0.15 at 127.0.0.1:23456}. */
    public String description() {
        return server.description();
    }

    /**
     * Ends the server by {@code kill -9}, and returns when it is gone. Does nothing if it is down.
     *
     * @throws IllegalStateException if this server is shared or closed
     */
    public void kill() {
        server.kill();
    }

    /**
     * Kills the server if it is up, starts it again on the same port, and returns when it answers PING.
     *
     * @throws IllegalStateException if this server is shared or closed, or does not start
     */
    public void restart() {
        server.restart();
    }

    /**
     * Stops the server from doing anything, by {@code kill -STOP}: the kernel still accepts connections for it and
     * takes what is sent, but nothing is answered. {@link #thaw()} ends that, as do {@link #kill()} and
     * {@link #restart()}.
     *
     * @throws IllegalStateException if this server is shared, closed or down
     */
    public void freeze() {
        server.freeze();
    }

    /**
     * Lets a frozen server go on where it was stopped.
     *
     * @throws IllegalStateException if this server is shared, closed or down
     */
    public void thaw() {
        server.thaw();
    }

    /** Kills the server and removes what it wrote; returns when both are gone. Idempotent. */
    @Override
    public void close() {
        server.close();
    }

    /** Returns {@link #description()}. */
    @Override
    public String toString() {
        return description();
    }
}
