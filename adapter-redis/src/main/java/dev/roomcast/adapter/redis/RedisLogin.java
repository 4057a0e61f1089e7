package dev.roomcast.adapter.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Who we are at the server.
 *
 * @param username empty for the server's default user
 * @param password empty for none
 */
record RedisLogin(String username, String password) {

    RedisLogin {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    /** Sends it on a connection that lives. */
    CompletionStage<?> authenticate(RedisAsyncCommands<String, byte[]> connection) {
        String user = username.isEmpty() ? "default" : username;
        return connection.auth(user, password);
    }

    /** Shows neither. */
    @Override
    public String toString() {
        return "RedisLogin";
    }
}
