package dev.roomcast.adapter.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Who we are at the server.
 *
 * @param username empty for the server's default user
 * @param password empty for none, which an ACL user with {@code nopass} does not need; of the default user it means no login at all
 */
record RedisLogin(String username, String password) {

    RedisLogin {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    /** Whether there is something to send: a user without a password is a login too, and not the default user. */
    boolean isGiven() {
        return !username.isEmpty() || !password.isEmpty();
    }

    /** Has a connection begin with it. */
    void addTo(RedisURI.Builder uri) {
        if (!username.isEmpty()) {
            uri.withAuthentication(username, (CharSequence) password);
        } else if (isGiven()) {
            uri.withPassword((CharSequence) password);
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
