package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.testredis.TestCluster;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which address of a name is used, and what is said of one that others have named. */
@Timeout(600)
class AddressesTest {

    /** What every name means, in this order, and how often it was asked for. */
    private record Names(List<String> addresses, List<String> asked) {

        AddressResolverGroup<InetSocketAddress> resolvers() {
            return new AddressResolverGroup<>() {
                @Override
                protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
                    return new Resolver(executor, Names.this).asAddressResolver();
                }
            };
        }

        List<InetAddress> resolve(String name) throws UnknownHostException {
            asked.add(name);
            InetAddress[] all = new InetAddress[addresses.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = InetAddress.getByAddress(
                        name, InetAddress.getByName(addresses.get(i)).getAddress());
            }
            return List.of(all);
        }
    }

    private static final class Resolver extends InetNameResolver {

        private final Names names;

        Resolver(EventExecutor executor, Names names) {
            super(executor);
            this.names = names;
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) throws UnknownHostException {
            promise.setSuccess(names.resolve(name).get(0));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws UnknownHostException {
            promise.setSuccess(names.resolve(name));
        }
    }

    @Test
    void aNameIsReachedByItsLivingAddress() throws Exception {
        for (List<String> addresses : List.of(
                List.of("127.0.0.2", "127.0.0.1"), List.of("127.0.0.1", "127.0.0.2"), List.of("::1", "127.0.0.1"))) {
            Names names = new Names(addresses, new CopyOnWriteArrayList<>());
            ClientResources resources = DefaultClientResources.builder()
                    .addressResolverGroup(names.resolvers())
                    .build();
            // It listens at 127.0.0.1 alone.
            try (LoopbackProxy proxy = new LoopbackProxy(TestRedis.shared().port());
                    Opened node = Opened.by(
                            new RedisTransportProvider().withResources(resources),
                            Map.of("roomcast.redis.url", "redis://redis.test:" + proxy.port()))) {
                node.whenUp();
                node.subscribe("addresses");
                node.publish("addresses", "hello");
                assertEquals("hello", node.said().await(FRAME).text());
                int asked = names.asked().size();
                proxy.cut();
                node.said().await(2, Recording.What.LINK_UP);
                assertTrue(names.asked().size() > asked, "resolved afresh");
            } finally {
                resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
            }
        }
    }

    @Test
    void anAddressThatTheClusterHasAnnouncedIsCalledSo() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, 0)) {
            for (int i = 0; i < 3; i++) {
                cluster.ask(i, "CONFIG SET cluster-announce-hostname inside.invalid");
                cluster.ask(i, "CONFIG SET cluster-preferred-endpoint-type hostname");
            }
            try (Opened node = Opened.at(cluster.url())) {
                String message = String.valueOf(
                        Objects.requireNonNull(node.said().await(LINK_FAILED).why())
                                .getMessage());
                assertTrue(message.contains("inside.invalid"), message);
                assertTrue(message.contains("the Cluster announced"), message);
                assertTrue(message.contains("MappingSocketAddressResolver"), message);
            }
        }
    }
}
