package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.cluster.Outgoing;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One frame as a PUBLISH. It knows whether it was written, which is the difference between "not sent" and "unknown". */
final class PublishCommand extends AsyncCommand<String, byte[], Long> {

    private final Outgoing frame;
    private volatile boolean written;

    PublishCommand(Outgoing frame) {
        super(new Command<>(
                CommandType.PUBLISH,
                new IntegerOutput<>(ChannelCodec.INSTANCE),
                new CommandArgs<>(ChannelCodec.INSTANCE).addKey(frame.channel()).addValue(frame.bytes())));
        this.frame = frame;
    }

    @Override
    public void encode(ByteBuf buffer) {
        written = true;
        super.encode(buffer);
    }

    void answer(@Nullable Throwable failure) {
        if (failure == null) {
            frame.accepted();
        } else if (failure instanceof RedisCommandExecutionException || neverWritten(failure)) {
            frame.notSent(failure);
        } else {
            frame.unknown(failure);
        }
    }

    /** After a time-out it may still be written, by an event loop that was stuck. */
    private boolean neverWritten(Throwable failure) {
        return !written && !(failure instanceof RedisCommandTimeoutException);
    }
}
