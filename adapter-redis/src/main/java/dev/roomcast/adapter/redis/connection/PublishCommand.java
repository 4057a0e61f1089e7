package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.spi.Outgoing;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A Lettuce command that publishes one frame, by PUBLISH or SPUBLISH. It records whether it was written, which distinguishes "not sent" from "unknown".
 *
 * <p>Lettuce's own command is a stage with a list of arguments, which would cause most of the allocations and the work
 * for each frame.
 */
final class PublishCommand implements RedisCommand<String, byte[], Long> {

    private static final short CRLF = 0x0D0A;
    /** More than one command takes without its channel and frame. */
    private static final int PROTOCOL_BYTES = 64;

    private final PublishConnection connection;
    private final Outgoing frame;
    private final byte[] bytes;
    private final CommandOutput<String, byte[], Long> output = new IntegerOutput<>(ChannelCodec.PLAIN);
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean written;

    PublishCommand(PublishConnection connection, Outgoing frame) {
        this.connection = connection;
        this.frame = frame;
        this.bytes = frame.bytes();
    }

    @Override
    public void encode(ByteBuf buffer) {
        written = true;
        PubSub pubSub = connection.pubSub();
        String channel = frame.channel();
        int channelLength = pubSub.codec().length(channel);
        buffer.ensureWritable(PROTOCOL_BYTES + channelLength + bytes.length);
        buffer.writeBytes(pubSub.publish());
        length(buffer, channelLength);
        pubSub.codec().encodeKey(channel, buffer);
        buffer.writeShort(CRLF);
        length(buffer, bytes.length);
        buffer.writeBytes(bytes);
        buffer.writeShort(CRLF);
    }

    private static void length(ByteBuf buffer, int length) {
        buffer.writeByte('$');
        ByteBufUtil.writeAscii(buffer, Integer.toString(length));
        buffer.writeShort(CRLF);
    }

    /** The server has answered. */
    @Override
    public void complete() {
        if (end()) {
            connection.received();
            if (output.hasError()) {
                frame.notSent(connection.rejected(output.getError()));
            } else {
                frame.accepted();
            }
        }
    }

    /** The connection is gone. */
    @Override
    public boolean completeExceptionally(Throwable failure) {
        boolean isNews = end();
        if (isNews && written) {
            frame.unknown(connection.lost(failure));
        } else if (isNews) {
            frame.notSent(connection.lost(failure));
        }
        return isNews;
    }

    private boolean end() {
        boolean isNews = answered.compareAndSet(false, true);
        if (isNews) {
            connection.done();
        }
        return isNews;
    }

    @Override
    public void cancel() {
        completeExceptionally(new CancellationException("it was closed"));
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public boolean isDone() {
        return answered.get();
    }

    @Override
    public CommandOutput<String, byte[], Long> getOutput() {
        return output;
    }

    @Override
    public void setOutput(CommandOutput<String, byte[], Long> other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable CommandArgs<String, byte[]> getArgs() {
        return null;
    }

    @Override
    public ProtocolKeyword getType() {
        return CommandType.PUBLISH;
    }
}
