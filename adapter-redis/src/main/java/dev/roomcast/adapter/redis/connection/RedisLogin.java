package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The login at a server.
 *
 * @param username empty for the server's default user
 * @param password empty for none, which an ACL user with {@code nopass} does not need; of the default user it means no
 *     login at all
 */
public record RedisLogin(String username, String password) {

    public RedisLogin {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    /** Whether there is something to send: a user without a password is a login too, and not the default user. */
    public boolean isGiven() {
        return !username.isEmpty() || !password.isEmpty();
    }

    /**
     * Has a connection begin with it.
     *
     * <p>By a provider that Lettuce can ask at once: by any other, Lettuce 7 may call a connection complete on a thread of its own before
     * the event loop has made it so, and the first command on it fails as "not connected".
     */
    public void addTo(RedisURI.Builder uri) {
        if (isGiven()) {
            io.lettuce.core.RedisCredentials credentials =
                    io.lettuce.core.RedisCredentials.just(username.isEmpty() ? null : username, password);
            uri.withAuthentication((ImmediateRedisCredentialsProvider) () -> credentials);
        }
    }

    /** Sends it on a connection that lives. */
    CompletionStage<?> authenticate(RedisAsyncCommands<String, byte[]> connection) {
        String user = username.isEmpty() ? "default" : username;
        return connection.auth(user, password);
    }

    /** What a server has said, without the password, which some repeat. */
    String removedFrom(String said) {
        String shown = ErrorReply.withoutArguments(said);
        return password.isEmpty() ? shown : shown.replace(password, "<redacted>");
    }

    /** Shows neither. */
    @Override
    public String toString() {
        return "RedisLogin";
    }
}
