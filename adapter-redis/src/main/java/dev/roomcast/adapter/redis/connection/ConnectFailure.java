package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisEndpoints;
import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.redis.config.RedisProtocol;
import dev.roomcast.adapter.redis.tls.TlsFailure;
import dev.roomcast.adapter.spi.Settings;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.protocol.RedisProtocolException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Describes a failed attempt to connect: where it was made, why it failed, and what to do. */
public final class ConnectFailure {

    private static final String IS_IT_REDIS =
            "Check that it is Redis that listens there, and whether it expects TLS (rediss://) or not (redis://)";

    /** Lettuce's words where a connection is closed before it looks at it: Netty has taken its pipeline down. */
    private static final String CLOSED_BEFORE_THE_HANDSHAKE = "RedisHandshakeHandler not registered";

    /** What is published on a replica is not handed to its master. */
    static final String IS_REPLICA = "is a replica";

    private final String who;
    private final RedisAddress address;
    private final String origin;
    private final LoginSource logins;
    private final RedisProtocol protocol;
    private final Duration connectTimeout;
    private final TlsFailure tls;

    /**
     * Of one server.
     *
     * @param who what it is: {@code Redis}
     * @param origin where the address comes from, see {@link RedisEndpoints#origin}
     * @param protocol the versions that may be used
     */
    public ConnectFailure(
            String who,
            RedisAddress address,
            String origin,
            LoginSource logins,
            RedisProtocol protocol,
            Settings settings) {
        this.who = who;
        this.address = address;
        this.origin = origin;
        this.logins = logins;
        this.protocol = protocol;
        this.connectTimeout = settings.get(RedisOptions.CONNECT_TIMEOUT);
        this.tls = new TlsFailure(settings.find(RedisOptions.TLS_CERTIFICATE).isPresent());
    }

    public RedisFailure explain(Throwable failure) {
        List<Throwable> causes = causes(failure);
        String message = who + " at " + address + " " + reason(causes);
        // Whoever logs an exception logs its causes as well.
        boolean isClean = causes.stream().map(Throwable::toString).allMatch(said -> said.equals(shown(said)));
        return new RedisFailure(message, isClean ? failure : null);
    }

    private String shown(String said) {
        return logins.login().removedFrom(said);
    }

    private String reason(List<Throwable> causes) {
        return said(causes)
                .or(() -> ofThisJvm(causes))
                .or(() -> address.usesTls() ? tls.explain(causes) : Optional.empty())
                .or(() -> refusedHello(causes))
                .or(() -> network(causes))
                .orElseGet(() ->
                        "cannot be used (" + shown(causes.get(causes.size() - 1).toString()) + "). Check " + origin);
    }

    /** An Error of the JVM, which has nothing to do with Redis. */
    private static Optional<String> ofThisJvm(List<Throwable> causes) {
        return causes.stream()
                .filter(Error.class::isInstance)
                .findFirst()
                .map(error -> "cannot be used because this JVM failed (" + error + "). " + remedy(error));
    }

    private static String remedy(Throwable error) {
        if (error instanceof OutOfMemoryError) {
            return "Give it more memory, or the threads that it lacks";
        }
        return error instanceof LinkageError
                ? "Check that the versions of Lettuce and Netty on the class path belong together"
                : "Please report this";
    }

    /** What Redis itself said. */
    private Optional<String> said(List<Throwable> causes) {
        return causes.stream()
                .map(cause -> shown(text(cause)))
                .flatMap(text -> said(text).stream())
                .findFirst();
    }

    private Optional<String> said(String text) {
        if (text.equals(IS_REPLICA)) {
            return Optional.of("is a replica: what is published there does not reach the nodes at its master. Have the "
                    + "name lead to the master, or correct " + origin
                    + "; if all nodes are to share this one replica, set "
                    + RedisOptions.ALLOW_REPLICA.key() + "=true");
        }
        if (text.startsWith("WRONGPASS") || text.startsWith("ERR invalid password")) {
            return Optional.of("refused the user or the password (" + text + "). Correct " + logins.origin() + "; "
                    + (logins.login().username().isEmpty()
                            ? "what stands before @ without a colon is a password"
                            : "if it has no user of that name, leave the name out (redis://:password@host)"));
        }
        if (text.startsWith("NOAUTH") && !logins.login().isGiven()) {
            return Optional.of("asks for a password (" + text + "). Set " + logins.origin());
        }
        if (text.startsWith("ERR AUTH <password> called without any password")
                || text.startsWith("ERR Client sent AUTH, but no password is set")) {
            return Optional.of("has no password for its default user (" + text
                    + "). Name the user whose it is, or remove " + logins.origin());
        }
        if (text.startsWith("ERR wrong number of arguments for 'auth'")) {
            return Optional.of(
                    "has no users, as Redis before 6.0 (" + text + "). Leave the user out, and keep the password");
        }
        if (text.startsWith("Command AUTH not allowed while subscribed")
                || text.startsWith("ERR Can't execute 'auth'")) {
            return Optional.of(
                    "takes no login on a connection that is subscribed, where it supports RESP2 only. The next connection "
                            + "is made with it");
        }
        if (text.startsWith("DENIED")) {
            return Optional.of("is in protected mode, which lets in nobody from another host without a password. "
                    + "Set a password there, and here as " + logins.origin());
        }
        if (text.startsWith("ERR This instance has cluster support disabled")) {
            return Optional.of("is no Cluster (" + text + "). Name one server in "
                    + RedisOptions.names(RedisOptions.URL) + " and leave " + RedisOptions.CLUSTER.key() + " out");
        }
        if (text.startsWith("NOPERM") && text.contains("cluster")) {
            return Optional.of(
                    "does not let the user ask for its masters (" + text + "). Give the user +cluster|slots");
        }
        if (text.startsWith("ERR max number of clients")) {
            return Optional.of("has no room for another connection (" + text + "). Raise maxclients there");
        }
        return Optional.empty();
    }

    /** Only where RESP2 may not take its place. */
    private Optional<String> refusedHello(List<Throwable> causes) {
        if (protocol != RedisProtocol.RESP3) {
            return Optional.empty();
        }
        return causes.stream()
                .filter(RedisCommandExecutionException.class::isInstance)
                .map(cause -> shown(text(cause)))
                .filter(text -> RedisClients.isAboutHello(text, logins.login()))
                .findFirst()
                .map(text -> "refuses HELLO, by which RESP3 begins (" + text + "). Leave " + RedisOptions.PROTOCOL.key()
                        + " out; in front of a Cluster set " + RedisOptions.SHARDED.key()
                        + "=false on all nodes, since sharded Pub/Sub needs RESP3");
    }

    private Optional<String> network(List<Throwable> causes) {
        if (any(causes, UnknownHostException.class)) {
            return Optional.of("cannot be reached: unknown host. Correct the host in " + origin);
        }
        if (any(causes, ConnectTimeoutException.class)
                || any(causes, RedisCommandTimeoutException.class)
                || any(causes, TimeoutException.class)) {
            return Optional.of("cannot be reached: timed out after " + connectTimeout.toMillis()
                    + " ms. Check that Redis answers there, by TLS (rediss://) or without, and that no firewall is in "
                    + "between; or correct "
                    + origin);
        }
        if (causes.stream().anyMatch(ConnectFailure::isRefused)) {
            return Optional.of("cannot be reached: connection refused. Start Redis there, or correct " + origin);
        }
        if (any(causes, RedisProtocolException.class)) {
            return Optional.of("does not answer as Redis does. " + IS_IT_REDIS);
        }
        return causes.stream().map(ConnectFailure::text).anyMatch(ConnectFailure::isClosed)
                ? Optional.of("closed the connection at once. " + IS_IT_REDIS
                        + ". A proxy that does so at a command it does not know needs " + RedisOptions.PROTOCOL.key()
                        + "=resp2")
                : Optional.empty();
    }

    /** Others, such as an unreachable network, are of the same type. */
    private static boolean isRefused(Throwable cause) {
        return cause instanceof ConnectException && text(cause).contains("onnection refused");
    }

    /** A Redis with TLS resets a connection of a client that does not use TLS. */
    private static boolean isClosed(String text) {
        return text.equals("Connection closed prematurely")
                || text.contains("onnection reset")
                || text.equals(CLOSED_BEFORE_THE_HANDSHAKE);
    }

    private static boolean any(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }

    static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
