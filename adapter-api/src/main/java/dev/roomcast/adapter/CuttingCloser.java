package dev.roomcast.adapter;

import dev.roomcast.adapter.Connection.Closer;
import dev.roomcast.adapter.Connection.Cut;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a close frame, and cuts the connection 2 s later, whether the frame has left or not. */
final class CuttingCloser implements Closer {

    static final Duration TIME_FOR_CLOSE_FRAME = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(CuttingCloser.class);
    private static final RateLimitedLog failures = new RateLimitedLog(log, System::nanoTime);

    private final Closer closeFrame;
    private final Cut cut;
    private final QueueThreads threads;

    CuttingCloser(Closer closeFrame, Cut cut, QueueThreads threads) {
        this.closeFrame = Objects.requireNonNull(closeFrame, "closeFrame");
        this.cut = Objects.requireNonNull(cut, "cut");
        this.threads = threads;
    }

    @Override
    public void close(DisconnectReason reason) throws Exception {
        AtomicBoolean isCut = new AtomicBoolean();
        // Before the close frame, which may block for as long as the client does not read.
        boolean willBeCut = willRun(() -> cut(isCut));
        try {
            closeFrame.close(reason);
        } finally {
            if (!willBeCut) {
                cut(isCut);
            }
        }
    }

    private boolean willRun(Runnable task) {
        try {
            threads.timer().after(TIME_FOR_CLOSE_FRAME, task);
            return true;
        } catch (OutOfMemoryError e) {
            // The operating system has no thread to give. The timer may have kept the task all the same.
            return false;
        }
    }

    private void cut(AtomicBoolean isCut) {
        if (isCut.getAndSet(true)) {
            return;
        }
        try {
            cut.cut();
        } catch (Throwable t) {
            failures.warn("a connection that was sent a close frame could not be cut", t);
        }
    }
}
