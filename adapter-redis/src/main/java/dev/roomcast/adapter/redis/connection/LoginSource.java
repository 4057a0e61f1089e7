package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.spi.Settings;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The user and the password of the next connection. They may be renewed while connections are open.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class LoginSource {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final String origin;
    private volatile RedisLogin login;

    /** @param origin says in error messages where user and password come from */
    public LoginSource(RedisLogin login, String origin) {
        this.login = login;
        this.origin = origin;
    }

    /** User and password of the configuration, which may be none. They never change. */
    public static LoginSource configured(RedisAddress address) {
        return new LoginSource(
                new RedisLogin(address.username(), address.password()),
                RedisOptions.names(RedisOptions.PASSWORD) + ", or the password in "
                        + RedisOptions.names(RedisOptions.URL));
    }

    /** User and password for Sentinels, which are not those of the master. */
    public static LoginSource ofSentinels(Settings settings) {
        return new LoginSource(
                new RedisLogin(
                        settings.find(RedisOptions.SENTINEL_USERNAME).orElse(""),
                        settings.find(RedisOptions.SENTINEL_PASSWORD).orElse("")),
                RedisOptions.names(RedisOptions.SENTINEL_PASSWORD) + ", and "
                        + RedisOptions.names(RedisOptions.SENTINEL_USERNAME) + " if they have users");
    }

    public RedisLogin login() {
        return login;
    }

    String origin() {
        return origin;
    }

    public void renew(RedisLogin next) {
        login = next;
        listeners.forEach(Runnable::run);
    }

    void onRenewal(Runnable listener) {
        listeners.add(listener);
    }

    void forget(Runnable listener) {
        listeners.remove(listener);
    }
}
