package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.testredis.Patience;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport that a test has opened, with what it says. */
record Opened(Transport transport, Recording said, String nodeName) implements AutoCloseable {

    private static final AtomicInteger number = new AtomicInteger();

    /** @param more keys and values by turns */
    static Opened at(String url, String... more) {
        Map<String, String> values = new HashMap<>(Map.of("roomcast.redis.url", url));
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return with(values);
    }

    static Opened with(Map<String, String> values) {
        return by(new RedisTransportProvider(), values);
    }

    static Opened by(RedisTransportProvider provider, Map<String, String> values) {
        String nodeName = "node" + number.incrementAndGet();
        Recording said = new Recording();
        return new Opened(provider.open(new MapSettings(nodeName, values), said), said, nodeName);
    }

    Opened whenUp() throws InterruptedException {
        said.await(Recording.What.LINK_UP);
        said.await(Recording.What.PUBLISHING);
        return this;
    }

    void publish(String channel, String text) {
        transport.publish(List.of(said.frame(channel, text)));
    }

    /** Asks for a channel and waits until it is there. */
    void subscribe(String channel) throws InterruptedException {
        transport.subscribe(List.of(channel));
        said.await(Recording.What.SUBSCRIBED, channel);
    }

    @Override
    public void close() {
        transport
                .close()
                .toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
