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
import java.util.List;
import java.util.Map;

/** A Redis process of its own, and a proxy before it, for the kit to do with as it likes. */
final class RedisBroker implements BrokerFaults {

    private final TestRedis redis = TestRedis.start();
    private final LoopbackProxy proxy;

    RedisBroker() {
        try {
            proxy = new LoopbackProxy(redis.port());
        } catch (IOException e) {
            redis.close();
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "roomcast.redis.url", proxy.url(),
                "roomcast.redis.ping-interval", "100ms",
                "roomcast.redis.ping-timeout", "1s",
                "roomcast.redis.connect-timeout", "1s");
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
        redis.close();
    }
}
