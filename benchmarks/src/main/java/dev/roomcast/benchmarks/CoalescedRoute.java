package dev.roomcast.benchmarks;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The other reference: raw Lettuce with up to 64 packets of one room in one PUBLISH, by hand. It has no sequence
 * numbers and no routing, and cannot detect a loss; it shows the effect of coalescing alone.
 */
final class CoalescedRoute implements Route {

    private static final int PACKETS = 64;

    private final LettucePair pair;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final byte[] channel;
    private final byte[] payload = new byte[PACKET_BYTES];
    private final ByteBuffer waiting = ByteBuffer.allocate(PACKETS * (Integer.BYTES + PACKET_BYTES));

    private CoalescedRoute(LettucePair pair, byte[] channel) {
        this.pair = pair;
        this.commands = pair.publisher();
        this.channel = channel;
    }

    static Route open(String redisUrl, int rooms, Arrivals arrivals) {
        if (rooms != 1) {
            throw new IllegalArgumentException("one PUBLISH serves one room, but rooms is " + rooms);
        }
        List<byte[]> channels = LettucePair.channels(1);
        return new CoalescedRoute(
                LettucePair.open(redisUrl, channels, message -> take(message, arrivals)), channels.get(0));
    }

    private static void take(byte[] message, Arrivals arrivals) {
        ByteBuffer packets = ByteBuffer.wrap(message);
        while (packets.hasRemaining()) {
            byte[] packet = new byte[packets.getInt()];
            packets.get(packet);
            arrivals.arrived(packet.length);
        }
    }

    @Override
    public void send(int room) {
        waiting.putInt(payload.length).put(payload);
        if (!waiting.hasRemaining()) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (waiting.position() > 0) {
            commands.publish(channel, Arrays.copyOf(waiting.array(), waiting.position()));
            waiting.clear();
        }
    }

    @Override
    public void close() {
        pair.close();
    }
}
