package dev.roomcast.adapter.redis;

import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The master, as the first Sentinel says that answers. That one is asked first the next time.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class SentinelLocator implements RedisServer.Locator {

    /** So much later a Sentinel may hear of a failover that others have made. */
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

    private final RedisConnector connector;
    private final RedisSite site;
    private final RedisLogin login;
    private final List<RedisAddress> sentinels;
    /** When a Sentinel was last asked that named it. Each server that was ever the master: a few. */
    private final Map<RedisAddress, Long> named = new ConcurrentHashMap<>();

    /** @param login as whom the Sentinels let us in; the site's login is the master's */
    SentinelLocator(RedisConnector connector, RedisSite site, RedisLogin login) {
        this.connector = connector;
        this.site = site;
        this.login = login;
        this.sentinels = new ArrayList<>(site.servers());
    }

    @Override
    public CompletionStage<RedisAddress> locate() {
        List<RedisAddress> all;
        synchronized (sentinels) {
            all = List.copyOf(sentinels);
        }
        // What is answered was so when it was asked, at the latest.
        long asked = System.nanoTime();
        return ask(all, 0, null).whenComplete((master, failure) -> {
            if (failure == null) {
                named.merge(master, asked, (one, other) -> one - other > 0 ? one : other);
            }
        });
    }

    @Override
    public Duration sinceNamed(RedisAddress address) {
        Long at = named.get(address);
        return at == null
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - at).plus(LONGEST_DELAY);
    }

    private CompletionStage<RedisAddress> ask(List<RedisAddress> all, int index, @Nullable Throwable failure) {
        if (index == all.size()) {
            return CompletableFuture.failedStage(noneKnows(failure));
        }
        RedisAddress sentinel = all.get(index);
        return connector
                .sentinelConnection(sentinel, login)
                .thenCompose(connection -> ask(connection, sentinel))
                .handle((master, why) -> {
                    if (why != null) {
                        return ask(all, index + 1, why);
                    }
                    comesFirst(sentinel);
                    return CompletableFuture.completedFuture(master);
                })
                .thenCompose(next -> next);
    }

    private CompletionStage<RedisAddress> ask(
            StatefulRedisSentinelConnection<String, String> connection, RedisAddress sentinel) {
        return connection
                .async()
                .getMasterAddrByName(site.master())
                .thenApply(address -> master(address, sentinel))
                .whenComplete((master, failure) -> connection.closeAsync());
    }

    private RedisAddress master(@Nullable SocketAddress address, RedisAddress sentinel) {
        if (address instanceof InetSocketAddress known) {
            return site.servers().get(0).at(known.getHostString(), known.getPort());
        }
        throw new RedisFailure("the Sentinel at " + sentinel + " knows no master of the name " + site.master());
    }

    private void comesFirst(RedisAddress sentinel) {
        synchronized (sentinels) {
            Collections.swap(sentinels, 0, sentinels.indexOf(sentinel));
        }
    }

    private RedisFailure noneKnows(@Nullable Throwable failure) {
        return new RedisFailure(
                "No Sentinel of " + this + " names its master"
                        + (failure == null ? "" : " (the last said: " + failure.getMessage() + ")")
                        + ". Check that they run and know that name, and correct "
                        + RedisOptions.names(RedisOptions.URL),
                failure);
    }

    @Override
    public String toString() {
        return site.toString();
    }
}
