package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Returns the configured servers in turn; each of them can be used.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class FixedLocator implements RedisServer.Locator {

    private final List<RedisAddress> servers;
    private final AtomicInteger next = new AtomicInteger();

    public FixedLocator(List<RedisAddress> servers) {
        this.servers = List.copyOf(servers);
    }

    @Override
    public CompletionStage<RedisAddress> locate() {
        return CompletableFuture.completedFuture(servers.get(Math.floorMod(next.getAndIncrement(), servers.size())));
    }

    @Override
    public String toString() {
        return servers.stream().map(RedisAddress::toString).collect(Collectors.joining(", "));
    }
}
