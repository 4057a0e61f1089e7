package dev.roomcast.adapter.redis.connection;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resolves a name to one of its addresses: to the next one after each attempt that failed. Netty alone uses the first
 * address each time, so a name with an unreachable and a reachable address might never connect. Each attempt resolves
 * the name again, by the application's own resolvers if it has given some.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class AddressRotation extends AddressResolverGroup<InetSocketAddress> {

    private final AddressResolverGroup<InetSocketAddress> resolvers;
    /** How many attempts have failed. A few: one entry for each server that was ever away. */
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    /** @param resolvers of internet addresses, as all that Lettuce takes */
    @SuppressWarnings("unchecked")
    AddressRotation(AddressResolverGroup<?> resolvers) {
        this.resolvers = (AddressResolverGroup<InetSocketAddress>) resolvers;
    }

    /** An attempt to connect to a server has failed: the next one takes another address, if its name has any. */
    void failed(String host, int port) {
        failures.merge(key(host, port), 1, Integer::sum);
    }

    private static String key(String host, int port) {
        return host + " " + port;
    }

    private InetSocketAddress choose(InetSocketAddress name, List<InetSocketAddress> addresses) {
        int failed = failures.getOrDefault(key(name.getHostString(), name.getPort()), 0);
        return addresses.get(Math.floorMod(failed, addresses.size()));
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        AddressResolver<InetSocketAddress> resolver = resolvers.getResolver(executor);
        return new AbstractAddressResolver<>(executor, InetSocketAddress.class) {
            @Override
            protected boolean doIsResolved(InetSocketAddress address) {
                return !address.isUnresolved();
            }

            @Override
            protected void doResolve(InetSocketAddress name, Promise<InetSocketAddress> promise) {
                resolver.resolveAll(name).addListener((Future<List<InetSocketAddress>> all) -> {
                    if (all.isSuccess()) {
                        promise.trySuccess(choose(name, all.getNow()));
                    } else {
                        promise.tryFailure(all.cause());
                    }
                });
            }

            @Override
            protected void doResolveAll(InetSocketAddress name, Promise<List<InetSocketAddress>> promise) {
                resolver.resolveAll(name, promise);
            }
        };
    }
}
