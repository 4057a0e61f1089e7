package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.tck.BrokerFaults;
import dev.roomcast.testredis.TestRedis;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Redis process of its own, and a proxy before it, for the kit to do with as it likes. */
final class RedisBroker implements BrokerFaults {

    private static final Map<String, String> QUICK = Map.of(
            "roomcast.redis.ping-interval", "100ms",
            "roomcast.redis.ping-timeout", "1s",
            "roomcast.redis.connect-timeout", "1s");

    private final TestRedis redis;
    private final LoopbackProxy proxy;
    private final Map<String, String> settings = new HashMap<>(QUICK);
    private final Runnable end;

    private RedisBroker(TestRedis redis, LoopbackProxy proxy, Map<String, String> settings, Runnable end) {
        this.redis = redis;
        this.proxy = proxy;
        this.settings.putAll(settings);
        this.end = end;
    }

    static RedisBroker plain() {
        TestRedis redis = TestRedis.start();
        LoopbackProxy proxy = proxy(redis.port());
        return new RedisBroker(redis, proxy, Map.of("roomcast.redis.url", proxy.url()), redis::close);
    }

    static RedisBroker of(SecuredRedis secured) {
        LoopbackProxy proxy = proxy(secured.redis().tlsPort());
        return new RedisBroker(secured.redis(), proxy, secured.settings(proxy.port()), secured::close);
    }

    private static LoopbackProxy proxy(int port) {
        try {
            return new LoopbackProxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public void cut() {
        proxy.cut();
    }

    @Override
    public void stop() {
        redis.kill();
    }

    @Override
    public void start() {
        redis.restart();
    }

    @Override
    public void freeze() {
        redis.freeze();
    }

    @Override
    public void thaw() {
        redis.thaw();
    }

    @Override
    public void delay(Duration time) {
        proxy.delay(time);
    }

    @Override
    public void slowDown(long bytesPerSecond) {
        proxy.slowDownToNodes(bytesPerSecond);
    }

    @Override
    public void publish(String channel, byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            ByteArrayOutputStream command = new ByteArrayOutputStream();
            command.writeBytes(ascii("*3\r\n"));
            for (byte[] part : List.of(ascii("PUBLISH"), ascii(channel), bytes)) {
                command.writeBytes(ascii("$" + part.length + "\r\n"));
                command.writeBytes(part);
                command.writeBytes(ascii("\r\n"));
            }
            socket.getOutputStream().write(command.toByteArray());
            // Published when it is answered.
            if (socket.getInputStream().read() != ':') {
                throw new IllegalStateException("Redis does not take what a stranger publishes");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        proxy.close();
        end.run();
    }
}
