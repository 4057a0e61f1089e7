package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes all frames: takes the waiting messages of all channels, numbers their frames per channel, and hands the
 * transport a whole batch. It is the only caller of the transport. When idle, it publishes at once, on the caller's
 * thread; a caller publishes at most one batch, then a worker continues. When busy, the waiting messages of a channel
 * are sent in one frame ({@link BatchBuilder}), and those of all channels in one batch. Only a limited number of
 * batches is in flight, and the next one takes all messages that arrived meanwhile. It needs no timer.
 */
public final class Publisher {

    /**
     * One message that waits for its channel.
     *
     * @param patience of a message that outlives an outage; null if it is not sent then
     */
    record Waiting(
            PublishChannel channel,
            Message message,
            int bytes,
            Sent stage,
            @Nullable Patience patience) {}

    /** The stage of a message, with what it says of it when it completes. */
    static final class Sent extends GuardedStage<Published> implements Runnable {

        /** Written on the drain's turn, before the message leaves. */
        private volatile boolean hasWaited;

        /** The message waits for the end of an outage. */
        void waits() {
            hasWaited = true;
        }

        /** The broker has accepted the message. */
        @Override
        public void run() {
            end(hasWaited ? Published.afterOutage() : Published.toOthers());
        }
    }

    /**
     * How a message waits for the end of an outage.
     *
     * @param since when it was called
     */
    record Patience(Backlog.Gate gate, long since) {}

    /** Frames that were handed to the transport together. */
    static final class Pass {

        private final List<PublishFrame> frames;
        private final AtomicInteger unanswered;
        private final long since;
        /** Whether it was found overdue once. */
        private volatile boolean isLate;

        private Pass(List<PublishFrame> frames, long since) {
            this.frames = frames;
            this.since = since;
            this.unanswered = new AtomicInteger(frames.size());
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final int MOST_PER_PASS = 4096;

    /** About what a message takes in the heap beside its content while it waits: its stage, its target, its places in queues. */
    static final int OVERHEAD = 160;

    private final Execution execution;
    private final Stages stages;
    private final RateLimitedLog threw;
    private final RateLimitedLog resetThrew;
    private final LongAdder sent;
    private final LongAdder notSent;
    private final LongAdder unknown;
    private final int maxQueuedBytes;
    private final int mostPasses;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    /** Handed to the transport and not all answered yet: a few. */
    private final Queue<Pass> inFlight = new ConcurrentLinkedQueue<>();

    /** Nodes that have ended, of which messages may wait. */
    private final Queue<Incarnation> ended = new ConcurrentLinkedQueue<>();

    /** What the transport is to end, because it did not answer. */
    private final Queue<Consumer<Transport>> resets = new ConcurrentLinkedQueue<>();

    private final AtomicInteger passesInFlight = new AtomicInteger();
    private final BatchBuilder batchBuilder = new BatchBuilder(this);
    private final Backlog backlog;
    /** Set while something waits in the backlog. On the drain's turn. */
    private Scheduler.@Nullable Timer expiry;

    private volatile boolean expiryIsDue;
    /** Whether an answer must be followed by a pass, because messages wait for it. */
    private volatile boolean somethingWaits;

    private final AtomicLong queuedBytes = new AtomicLong();
    /** More than zero while somebody runs passes; each call adds one, so that none is missed. */
    private final AtomicInteger calls = new AtomicInteger();
    /** What must be done before frames are published: handing over subscriptions. */
    private volatile @Nullable Runnable before;

    private volatile @Nullable Transport transport;
    private volatile boolean closed;
    private volatile @Nullable Throwable down = Failures.notReachedYet();

    public Publisher(
            Execution execution,
            Counters counters,
            Stages stages,
            Backlog backlog,
            int maxQueuedBytes,
            int mostPasses) {
        this.execution = execution;
        this.backlog = backlog;
        this.stages = stages;
        this.threw = new RateLimitedLog(log, execution);
        this.resetThrew = new RateLimitedLog(log, execution);
        this.sent = counters.of(Counters.MESSAGES_SENT);
        this.notSent = counters.of(Counters.MESSAGES_NOT_SENT);
        this.unknown = counters.of(Counters.MESSAGES_UNKNOWN);
        this.maxQueuedBytes = maxQueuedBytes;
        this.mostPasses = mostPasses;
    }

    /** Begins: before this, everything waits. */
    public void open(Transport opened, Runnable beforeEachPass) {
        before = beforeEachPass;
        transport = opened;
        run();
    }

    /** Why nothing can be published now, or null. */
    @Nullable
    public Throwable down() {
        return closed ? Failures.closed() : down;
    }

    /** What waits for an answer when the broker goes is not sent any more. */
    public void down(@Nullable Throwable why) {
        down = why;
        wake();
    }

    /** Sends a message, or fails at once while nothing can be published. The stage completes when the broker has accepted it. */
    public CompletionStage<Published> send(PublishChannel channel, Message message) {
        return send(channel, message, null, down());
    }

    /** Sends a message, now or, if that is the policy, after an outage that ends in time. */
    public CompletionStage<Published> send(PublishChannel channel, Message message, Backlog.Gate gate) {
        if (!backlog.isUsed()) {
            return send(channel, message);
        }
        return send(channel, message, new Patience(gate, execution.now()), closed ? Failures.closed() : null);
    }

    private CompletionStage<Published> send(
            PublishChannel channel, Message message, @Nullable Patience patience, @Nullable Throwable why) {
        int bytes = OVERHEAD + message.held();
        Sent stage = new Sent();
        if (why != null) {
            refuse(channel, stage, why);
        } else if (!add(bytes)) {
            refuse(
                    channel,
                    stage,
                    new IllegalStateException("more than " + maxQueuedBytes + " bytes are waiting ("
                            + EngineOptions.QUEUE_BYTES + "): the broker does not keep up"));
        } else {
            queue.add(new Waiting(channel.open(message), message, bytes, stage, patience));
            run();
        }
        return stage;
    }

    /** False if there is no room. Where nothing else waits, there is. */
    private boolean add(int bytes) {
        long waits = queuedBytes.addAndGet(bytes);
        if (waits > maxQueuedBytes && waits > bytes) {
            queuedBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    private void refuse(PublishChannel channel, Sent stage, Throwable why) {
        fail(List.of(stage), Failures.notSent(channel.name(), why), notSent);
    }

    private void refuseQueued(Waiting waiting, Throwable why) {
        leaves(waiting);
        waiting.channel().answered(1);
        refuse(waiting.channel(), waiting.stage(), why);
    }

    /** A message waits no more. */
    void leaves(Waiting waiting) {
        queuedBytes.addAndGet(-waiting.bytes());
    }

    /** Sees to it that everything that waits now is handed over. */
    public void run() {
        if (calls.getAndIncrement() == 0) {
            pass(1);
        }
    }

    /**
     * As {@link #run}, on a worker: for the transport's own threads. What an event loop writes itself overtakes what other threads have
     * given it to write, so that a pass made there could leave before an earlier one.
     */
    private void wake() {
        if (calls.getAndIncrement() == 0) {
            execution.workers().execute(() -> pass(1));
        }
    }

    /** One pass for so many calls; what came meanwhile is a worker's. Whatever a transport throws must not stop the next pass. */
    private void pass(int answered) {
        Transport to = transport;
        Runnable first = before;
        try {
            if (to != null && first != null) {
                first.run();
                publish(to);
            }
        } finally {
            int left = calls.addAndGet(-answered);
            if (left > 0) {
                execution.workers().execute(() -> pass(left));
            }
        }
    }

    private void publish(Transport to) {
        reset(to);
        abandonWaiting();
        if (down() == null && isFull()) {
            return;
        }
        List<PublishFrame> frames = collect(to.capabilities());
        if (frames.isEmpty()) {
            return;
        }
        passesInFlight.incrementAndGet();
        Pass pass = new Pass(frames, execution.now());
        frames.forEach(frame -> frame.leaveWith(pass));
        inFlight.add(pass);
        try {
            to.publish(frames);
        } catch (Throwable t) {
            threw.error(
                    "the transport threw from publish, against its contract; its frames may or may not have left", t);
            frames.forEach(frame -> frame.unknown(t));
        }
    }

    /** Whether so many passes are in flight that the next one waits for an answer, and then takes all that waits with it. */
    private boolean isFull() {
        if (passesInFlight.get() < mostPasses) {
            return false;
        }
        somethingWaits = true;
        // An answer that came before that was written has found nothing to wake.
        return passesInFlight.get() >= mostPasses;
    }

    private List<PublishFrame> collect(TransportCapabilities capabilities) {
        Throwable why = down();
        expireWaiting();
        if (why != null) {
            clearOutbox(why);
        }
        batchBuilder.begin(capabilities.framesInFlight(), capabilities.maxFrameBytes());
        if (why == null && !backlog.isEmpty()) {
            backlog.release(MOST_PER_PASS, batchBuilder::take, this::refuseQueued);
            if (backlog.isLate()) {
                calls.incrementAndGet();
            }
        }
        int taken = 0;
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            take(next, why);
            if (++taken == MOST_PER_PASS) {
                calls.incrementAndGet();
                break;
            }
        }
        armExpiry();
        List<PublishFrame> pass = batchBuilder.end();
        somethingWaits = !batchBuilder.isEmpty();
        // An answer that came before that was written has found nothing to wake.
        if (somethingWaits && batchBuilder.isLate()) {
            calls.incrementAndGet();
        }
        return pass;
    }

    private void take(Waiting next, @Nullable Throwable why) {
        Patience patience = next.patience();
        if (patience == null) {
            if (why == null) {
                batchBuilder.take(next);
            } else {
                refuseQueued(next, why);
            }
        } else if (closed) {
            refuseQueued(next, Failures.closed());
        } else if (why != null
                || backlog.holdsAnyOf(next.channel().from())
                || !patience.gate().isOpen()) {
            if (!backlog.add(next)) {
                refuseQueued(next, backlog.tooMuch());
            }
        } else {
            batchBuilder.take(next);
        }
    }

    /** Nothing leaves any more: what can wait goes back to where it waits, and the rest is not sent. */
    private void clearOutbox(Throwable down) {
        // It may close just now, and then that is why nothing waits any more.
        boolean isOver = closed;
        Throwable why = isOver ? Failures.closed() : down;
        List<Waiting> patient = new ArrayList<>();
        batchBuilder.clear(held -> {
            if (held.patience() != null && !isOver) {
                patient.add(held);
            } else {
                refuseQueued(held, why);
            }
        });
        backlog.putBack(patient, held -> refuseQueued(held, backlog.tooMuch()));
        if (isOver) {
            backlog.clear(held -> refuseQueued(held, why));
        }
    }

    private void expireWaiting() {
        if (expiryIsDue) {
            expiryIsDue = false;
            expiry = null;
            backlog.expire(execution.now(), held -> refuseQueued(held, backlog.tooOld()));
        }
    }

    private void armExpiry() {
        Scheduler.Timer armed = expiry;
        if (armed == null && !backlog.isEmpty()) {
            long wait = Math.max(0, backlog.nextExpiry().orElseThrow() - execution.now());
            expiry = execution.scheduler().after(Duration.ofNanos(wait), () -> {
                expiryIsDue = true;
                wake();
            });
        } else if (armed != null && backlog.isEmpty()) {
            armed.cancel();
            expiry = null;
        }
    }

    /**
     * The frames in flight that have had no answer for so long, now and when this was last called. Called by one thread at a time.
     */
    List<PublishFrame> overdue(Duration limit) {
        long now = execution.now();
        List<PublishFrame> overdue = new ArrayList<>();
        for (Pass pass : inFlight) {
            if (now - pass.since >= limit.toNanos()) {
                if (pass.isLate) {
                    pass.frames.stream().filter(frame -> !frame.isAnswered()).forEach(overdue::add);
                }
                pass.isLate = true;
            }
        }
        return overdue;
    }

    /** Has the transport end the connections on which frames for these channels left, before the next frames leave. On any thread. */
    void resetPublishing(Set<String> channels, String reason) {
        resets.add(to -> to.resetPublishing(channels, reason));
        wake();
    }

    private void reset(Transport to) {
        for (Consumer<Transport> next = resets.poll(); next != null; next = resets.poll()) {
            try {
                next.accept(to);
            } catch (Throwable t) {
                resetThrew.error("the transport threw from resetPublishing, against its contract", t);
            }
        }
    }

    /** How many packets wait for the end of an outage. On any thread. */
    public int inBacklog() {
        return backlog.size();
    }

    /** One more frame of a pass was answered, with the stages of its messages. */
    void answered(Pass pass, List<Sent> answered, @Nullable AdapterException failure) {
        if (pass.unanswered.decrementAndGet() == 0) {
            inFlight.remove(pass);
            passesInFlight.decrementAndGet();
        }
        if (somethingWaits) {
            wake();
        }
        if (failure == null) {
            sent.add(answered.size());
            stages.completeAll(answered);
        } else {
            fail(answered, failure, failure.outcome() == Outcome.NOT_SENT ? notSent : unknown);
        }
    }

    private void fail(List<Sent> answered, AdapterException failure, LongAdder counter) {
        counter.add(answered.size());
        answered.forEach(stage -> stages.fail(stage, failure));
    }

    /** A node has ended: nobody waits any more for what the broker has not answered, or not even been given. */
    public void abandon(Incarnation node) {
        // On the drain's turn: an answer to one of its frames would else let what waits leave in a frame that nobody
        // ends.
        ended.add(node);
        run();
    }

    private void abandonWaiting() {
        for (Incarnation node = ended.poll(); node != null; node = ended.poll()) {
            Incarnation gone = node;
            batchBuilder.clear(gone, held -> refuseQueued(held, Failures.closed()));
            backlog.clear(gone, held -> refuseQueued(held, Failures.closed()));
            queue.removeIf(waiting -> {
                boolean itsOwn = waiting.channel().from().equals(gone);
                if (itsOwn) {
                    refuseQueued(waiting, Failures.closed());
                }
                return itsOwn;
            });
            inFlight.stream()
                    .flatMap(pass -> pass.frames.stream())
                    .filter(frame -> frame.isFrom(gone))
                    .forEach(PublishFrame::abandoned);
        }
    }

    /** What is left when the bounded time of closing is over. */
    public void close() {
        closed = true;
        run();
    }
}
