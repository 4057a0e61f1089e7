package dev.roomcast.benchmarks;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;

/** The reference: raw Lettuce, a channel per room, one asynchronous PUBLISH for each packet. */
final class LettuceRoute implements Route {

    private final LettucePair pair;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final List<byte[]> channels;
    private final byte[] payload = new byte[PACKET_BYTES];

    private LettuceRoute(LettucePair pair, List<byte[]> channels) {
        this.pair = pair;
        this.commands = pair.publisher();
        this.channels = channels;
    }

    static Route open(String redisUrl, int rooms, Arrivals arrivals) {
        List<byte[]> channels = LettucePair.channels(rooms);
        return new LettuceRoute(
                LettucePair.open(redisUrl, channels, message -> arrivals.arrived(message.length)), channels);
    }

    @Override
    public void send(int room) {
        commands.publish(channels.get(room), payload);
    }

    @Override
    public void close() {
        pair.close();
    }
}
