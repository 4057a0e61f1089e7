package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.ToByteBufEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Encodes and decodes channel names, which are ASCII, and frames. In Latin-1 one byte is one character, so it is the
 * cheapest charset.
 *
 * <p>In a Cluster a channel has a longer name on the wire, which only the sharded transport uses: see {@link
 * Partitions}.
 */
final class ChannelCodec implements RedisCodec<String, byte[]>, ToByteBufEncoder<String, byte[]> {

    static final ChannelCodec PLAIN = new ChannelCodec(false);
    static final ChannelCodec PARTITIONED = new ChannelCodec(true);

    private final boolean isPartitioned;

    private ChannelCodec(boolean isPartitioned) {
        this.isPartitioned = isPartitioned;
    }

    @Override
    public String decodeKey(ByteBuffer bytes) {
        byte[] name = decodeValue(bytes);
        int begin = isPartitioned ? endOfPrefix(name) : 0;
        return new String(name, begin, name.length - begin, StandardCharsets.ISO_8859_1);
    }

    private static int endOfPrefix(byte[] name) {
        if (name.length == 0 || name[0] != '{') {
            return 0;
        }
        int end = 1;
        while (end < name.length && name[end - 1] != '}') {
            end++;
        }
        return end;
    }

    @Override
    public byte[] decodeValue(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    @Override
    public ByteBuffer encodeKey(String channel) {
        return ByteBuffer.wrap((prefix(channel) + channel).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public ByteBuffer encodeValue(byte[] frame) {
        return ByteBuffer.wrap(frame);
    }

    @Override
    public void encodeKey(String channel, ByteBuf target) {
        target.writeCharSequence(prefix(channel), StandardCharsets.ISO_8859_1);
        target.writeCharSequence(channel, StandardCharsets.ISO_8859_1);
    }

    /** The length of what {@link #encodeKey(String, ByteBuf)} writes. */
    int length(String channel) {
        return prefix(channel).length() + channel.length();
    }

    private String prefix(String channel) {
        return isPartitioned ? Partitions.prefix(Partitions.of(channel)) : "";
    }

    @Override
    public void encodeValue(byte[] frame, ByteBuf target) {
        target.writeBytes(frame);
    }

    @Override
    public int estimateSize(Object keyOrValue) {
        return keyOrValue instanceof String channel ? length(channel) : ((byte[]) keyOrValue).length;
    }

    @Override
    public boolean isEstimateExact() {
        return true;
    }
}
