package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.redis.connection.LoginSource;
import dev.roomcast.adapter.redis.connection.RedisLogin;

/**
 * A user and a password that change while the adapter runs, such as cloud tokens that last for minutes or hours, or
 * rotated passwords. {@link RedisTransportProvider#withCredentials} uses them in place of the configured ones.
 *
 * <pre>{@code
 * RedisCredentials credentials = new RedisCredentials("app", tokens.next());
 * Backend backend = Adapters.connect(config, new RedisTransportProvider().withCredentials(credentials));
 * timer.scheduleAtFixedRate(() -> credentials.renew("app", tokens.next()), 10, 10, TimeUnit.MINUTES);
 * }</pre>
 *
 * <p>New credentials are sent at once on every open connection, without any loss, and are used for each later
 * connection. Renew them before the server stops accepting the old ones, and before it closes connections whose
 * authentication is too old. If the server refuses them on a connection, that connection keeps its earlier credentials,
 * and the log says so.
 *
 * <p><b>Threading.</b> Thread-safe. One object may serve any number of backends.
 */
public final class RedisCredentials {

    private final LoginSource logins;

    /**
     * The first user and password.
     *
     * @param username the ACL user; empty for the server's default user
     * @param password the password, or the token
     * @throws IllegalArgumentException if the password is empty
     */
    public RedisCredentials(String username, String password) {
        this.logins = new LoginSource(checked(username, password), "the RedisCredentials that are given in code");
    }

    /**
     * From now on, another password, and perhaps another user. Returns at once: the connections send it later, on their
     * own threads.
     *
     * @param username the ACL user; empty for the server's default user
     * @param password the password, or the token
     * @throws IllegalArgumentException if the password is empty
     */
    public void renew(String username, String password) {
        logins.renew(checked(username, password));
    }

    private static RedisLogin checked(String username, String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the password is empty");
        }
        return new RedisLogin(username, password);
    }

    LoginSource logins() {
        return logins;
    }

    /** Shows neither user nor password. */
    @Override
    public String toString() {
        return "RedisCredentials";
    }
}
