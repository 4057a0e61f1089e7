package dev.roomcast.adapter.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.ToByteBufEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Channel names, which are ASCII, and frames. One byte is one character, which is what makes Latin-1 the cheapest of charsets. */
final class ChannelCodec implements RedisCodec<String, byte[]>, ToByteBufEncoder<String, byte[]> {

    static final ChannelCodec INSTANCE = new ChannelCodec();

    private ChannelCodec() {}

    @Override
    public String decodeKey(ByteBuffer bytes) {
        return new String(decodeValue(bytes), StandardCharsets.ISO_8859_1);
    }

    @Override
    public byte[] decodeValue(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    @Override
    public ByteBuffer encodeKey(String channel) {
        return ByteBuffer.wrap(channel.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public ByteBuffer encodeValue(byte[] frame) {
        return ByteBuffer.wrap(frame);
    }

    @Override
    public void encodeKey(String channel, ByteBuf target) {
        target.writeCharSequence(channel, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void encodeValue(byte[] frame, ByteBuf target) {
        target.writeBytes(frame);
    }

    @Override
    public int estimateSize(Object keyOrValue) {
        return keyOrValue instanceof String channel ? channel.length() : ((byte[]) keyOrValue).length;
    }

    @Override
    public boolean isEstimateExact() {
        return true;
    }
}
