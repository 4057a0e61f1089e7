package dev.roomcast.adapter.redis.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of one connection. A large frame may take longer to arrive or to leave than anything may be silent, and what is asked
 * meanwhile waits behind it: then bytes that move are the only sign of life.
 *
 * <p>Bytes have left when the socket has taken them. That is no sign of life by itself: the socket of a server that is cut off takes
 * some megabytes. So it counts only for what still waits behind these bytes.
 *
 * <p><i>Threading:</i> thread-safe. Its numbers are written on the event loop only.
 */
final class Traffic extends ChannelDuplexHandler {

    /** How often bytes that the socket did not take at once are looked after. */
    private static final long STEP_MILLIS = 50;

    private final Channel channel;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private volatile long sent;
    /** On the event loop. */
    private boolean looksLater;

    private Traffic(Channel channel) {
        this.channel = channel;
    }

    /** Counts from now on, in front of all other handlers: with TLS, what is on the wire. */
    static Traffic on(Channel channel) {
        Traffic traffic = new Traffic(channel);
        channel.pipeline().addFirst(traffic);
        return traffic;
    }

    /** Runs tasks in order, on the connection's thread. */
    Executor eventLoop() {
        return channel.eventLoop();
    }

    /** Changes whenever bytes have come. */
    long reads() {
        return reads.get();
    }

    /** To be called when the question is written, or given to another thread that writes it. */
    Wait waitForAnswer() {
        Wait wait = new Wait(reads.get());
        if (channel.eventLoop().inEventLoop()) {
            wait.begin();
        } else {
            // Behind the write, which was given to the event loop before.
            channel.eventLoop().execute(wait::begin);
        }
        return wait;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reads.incrementAndGet();
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            written.addAndGet(bytes.readableBytes());
        }
        context.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        if (!looksLater) {
            look();
        }
    }

    /** On the event loop. A timer runs only while bytes have to wait. */
    private void look() {
        long left = unsent();
        sent = written.get() - left;
        looksLater = left > 0;
        if (looksLater) {
            channel.eventLoop().schedule(this::look, STEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private long unsent() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null || buffer.isEmpty() ? 0 : unsent(buffer);
    }

    private static long unsent(ChannelOutboundBuffer buffer) {
        long[] sum = {0};
        try {
            buffer.forEachFlushedMessage(message -> {
                sum[0] += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
                return true;
            });
        } catch (Exception e) {
            throw new IllegalStateException("nothing there throws", e);
        }
        return sum[0];
    }

    /** Of one question for its answer. Used by one thread. */
    final class Wait {

        private long readsBefore;
        /** How far the question goes, and what had left by the last time. Nothing is known while the event loop has been busy. */
        private volatile long end;

        private volatile long sentBefore;

        private Wait(long reads) {
            this.readsBefore = reads;
        }

        private void begin() {
            sentBefore = sent;
            end = written.get();
        }

        /** Whether bytes have come, or {@linkplain #isLeaving left}, since this was asked last. */
        boolean isMoving() {
            long now = reads.get();
            boolean hasRead = now != readsBefore;
            readsBefore = now;
            return isLeaving() || hasRead;
        }

        /** Whether the question had not left when this was asked last, and bytes have left since. */
        boolean isLeaving() {
            long before = sentBefore;
            long now = sent;
            sentBefore = now;
            return before < end && now != before;
        }
    }
}
