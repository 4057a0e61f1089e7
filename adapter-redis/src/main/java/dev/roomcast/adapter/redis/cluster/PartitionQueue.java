package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.cluster.ShardedPublisher.Master;
import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.redis.connection.RedisFailure;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames of one partition: those in flight to a master, and those that are held because the slot has moved.
 *
 * <p><b>When a slot moves</b>, its old master answers MOVED, which means that the command was not executed. From then
 * on the frames of the partition are held until each frame in flight is answered, and are then sent to the new master
 * in their order. So a move reorders no frames. Lettuce's own redirections would send each frame again separately,
 * after later ones.
 *
 * <p><b>The search for the new master is bounded.</b> Two masters may each name the other one as the owner for a long
 * time. Held frames are tried again after a pause, and after {@link #LONGEST_SEARCH} they fail as not sent. Until a
 * master accepts a frame, each later frame is then tried once, so one slot without a master does not delay other slots.
 *
 * <p><b>No wake-up is lost.</b> Each change of state is made under the lock and ends with {@link #review}, which alone
 * decides whether held frames are sent.
 *
 * <p><i>Threading:</i> thread-safe. No master and no frame is called under the lock. Held frames are sent on the
 * publisher's executor, never on an event loop, because its own writes overtake those that other threads have handed to
 * it.
 */
final class PartitionQueue {

    /** Frames that are held occupy the engine, which has few batches in flight for all partitions together. */
    static final Duration LONGEST_SEARCH = Duration.ofSeconds(1);

    static final Duration PAUSE = Duration.ofMillis(20);

    private static final Logger log = LoggerFactory.getLogger(PartitionQueue.class);
    private static final LogInterval ANSWER_FAILURES = new LogInterval();

    /** The time since a frame was redirected, while none was accepted. */
    private static final class Search {
        private final long since;
        private long lastRedirection;
        private int tries;

        Search(long now) {
            this.since = now;
            this.lastRedirection = now;
        }
    }

    private record Refused(ShardedFrame frame, RedisFailure why) {}

    private final int partition;
    private final ShardedPublisher publisher;

    // Guarded by this.
    private final PriorityQueue<ShardedFrame> held = new PriorityQueue<>();
    /** Frames that failed; their results are reported outside the lock. */
    private List<Refused> refused = new ArrayList<>();
    /** Written under the lock, so that most frames need it once. */
    private volatile boolean hasRefused;

    private @Nullable Master master;
    private int inFlight;
    private long lastAccepted = -1;
    private @Nullable Search search;
    private long heldSince;
    /** Whether frames are in flight that must be answered before a later one leaves, perhaps for another master. */
    private boolean isSettling;

    private boolean isLeaving;
    private boolean leaveIsDue;
    private boolean deadlineIsSet;
    private boolean closed;
    /** The last MOVED, until it is handed to the publisher. */
    private @Nullable String movedAnswer;

    PartitionQueue(int partition, ShardedPublisher publisher) {
        this.partition = partition;
        this.publisher = publisher;
    }

    void master(@Nullable Master next) {
        synchronized (this) {
            isSettling |= next != master && inFlight > 0;
            master = next;
            review();
        }
        tellRefused();
    }

    /** A master can be published on. */
    void up(Master which) {
        synchronized (this) {
            if (which == master) {
                review();
            }
        }
        tellRefused();
    }

    /**
     * Takes one more frame.
     *
     * @return the master to which the caller hands the frame now, or null if it does not
     */
    @Nullable
    Master add(ShardedFrame frame) {
        Master to = null;
        synchronized (this) {
            if (closed) {
                refuse(frame, closed());
            } else if (!held.isEmpty() || isLeaving || isSettling) {
                hold(frame);
                review();
            } else if (master == null) {
                refuse(frame, new RedisFailure("no master of the Cluster has slot " + Partitions.slot(partition)));
            } else {
                to = master;
                leaves(frame);
            }
        }
        tellRefused();
        return to;
    }

    // ---- answers

    /**
     * A frame was accepted. Earlier frames that are held would come after it: the slot has come back before they left.
     */
    void accepted(ShardedFrame frame) {
        synchronized (this) {
            if (!ends(frame)) {
                return;
            }
            lastAccepted = Math.max(lastAccepted, frame.number());
            while (!held.isEmpty() && held.element().number() < lastAccepted) {
                refuse(held.remove(), overtaken());
            }
            search = null;
            review();
        }
        frame.frame().accepted();
        tellRefused();
    }

    /** A frame was not executed, because its slot is elsewhere. */
    void moved(ShardedFrame frame, String answer) {
        synchronized (this) {
            if (!ends(frame)) {
                return;
            }
            tellMoved(answer);
            if (closed) {
                refuse(frame, closed());
            } else if (frame.number() < lastAccepted) {
                refuse(frame, overtaken());
            } else if (isSearchOver(publisher.now())) {
                refuse(frame, notFound());
            } else {
                isSettling = inFlight > 0;
                hold(frame);
            }
            review();
        }
        tellRefused();
    }

    void notSent(ShardedFrame frame, Throwable why) {
        if (endsAndReviews(frame)) {
            frame.frame().notSent(why);
        }
        tellRefused();
    }

    void unknown(ShardedFrame frame, Throwable why) {
        if (endsAndReviews(frame)) {
            frame.frame().unknown(why);
        }
        tellRefused();
    }

    private synchronized boolean endsAndReviews(ShardedFrame frame) {
        boolean isNews = ends(frame);
        review();
        return isNews;
    }

    // ---- what is held

    private void hold(ShardedFrame frame) {
        if (held.isEmpty()) {
            heldSince = publisher.now();
        }
        held.add(frame);
    }

    /** Behind each change, under the lock. */
    private void review() {
        boolean willRun = true;
        if (!held.isEmpty() && !deadlineIsSet) {
            deadlineIsSet = true;
            willRun = publisher.after(LONGEST_SEARCH.minusNanos(publisher.now() - heldSince), this::deadline);
        }
        if (!leaveIsDue && canLeave()) {
            leaveIsDue = true;
            boolean isRepeated = search != null && search.tries > 0;
            willRun &= publisher.after(isRepeated ? PAUSE : Duration.ZERO, this::leave);
        }
        if (!willRun) {
            refuseHeld(closed());
        }
    }

    private boolean canLeave() {
        return !held.isEmpty() && !isLeaving && !isSettling && master != null && master.isPublishing();
    }

    private void leave() {
        Master to;
        List<Outgoing> frames = new ArrayList<>();
        synchronized (this) {
            leaveIsDue = false;
            to = master;
            if (to == null || !canLeave()) {
                return;
            }
            for (ShardedFrame next = held.poll(); next != null; next = held.poll()) {
                leaves(next);
                frames.add(next);
            }
            if (search != null) {
                search.tries++;
            }
            isLeaving = true;
        }
        ShardedPublisher.handOver(to, frames);
        synchronized (this) {
            isLeaving = false;
            review();
        }
        tellRefused();
    }

    private void leaves(ShardedFrame frame) {
        frame.isInFlight = true;
        inFlight++;
    }

    /** Returns false for a frame that was answered already. */
    private boolean ends(ShardedFrame frame) {
        boolean isNews = frame.isInFlight;
        if (isNews) {
            frame.isInFlight = false;
            inFlight--;
            isSettling &= inFlight > 0;
        }
        return isNews;
    }

    // ---- the search for the new master

    /** A frame was redirected. After a long time without a MOVED, a new search begins. */
    private boolean isSearchOver(long now) {
        Search current = search;
        if (current == null || held.isEmpty() && now - current.lastRedirection > LONGEST_SEARCH.toNanos()) {
            current = new Search(now);
            search = current;
        }
        current.lastRedirection = now;
        return now - current.since >= LONGEST_SEARCH.toNanos();
    }

    private void deadline() {
        synchronized (this) {
            deadlineIsSet = false;
            if (!held.isEmpty() && publisher.now() - heldSince >= LONGEST_SEARCH.toNanos()) {
                refuseHeld(notFound());
                // The old master is silent, and its connection is ended by others.
                isSettling = false;
            }
            review();
        }
        tellRefused();
    }

    /** A whole batch gets the same answer. */
    private void tellMoved(String answer) {
        boolean isTold = movedAnswer != null;
        movedAnswer = answer;
        if (!isTold && !publisher.after(Duration.ZERO, this::tellMoved)) {
            movedAnswer = null;
        }
    }

    private void tellMoved() {
        String answer;
        synchronized (this) {
            answer = movedAnswer;
            movedAnswer = null;
        }
        if (answer != null) {
            publisher.moved(partition, answer);
        }
    }

    // ---- frames that are not sent

    /** What is redirected from now on is not sent either. */
    void close() {
        synchronized (this) {
            closed = true;
            refuseHeld(closed());
        }
        tellRefused();
    }

    private void refuseHeld(RedisFailure why) {
        for (ShardedFrame next = held.poll(); next != null; next = held.poll()) {
            refuse(next, why);
        }
    }

    private void refuse(ShardedFrame frame, RedisFailure why) {
        refused.add(new Refused(frame, why));
        hasRefused = true;
    }

    private void tellRefused() {
        if (!hasRefused) {
            return;
        }
        List<Refused> told;
        synchronized (this) {
            told = refused;
            refused = new ArrayList<>();
            hasRefused = false;
        }
        for (Refused each : told) {
            try {
                each.frame().frame().notSent(each.why());
            } catch (Throwable t) {
                if (ANSWER_FAILURES.isOver()) {
                    log.error("A frame threw from notSent, against its contract", t);
                }
            }
        }
    }

    private RedisFailure overtaken() {
        return new RedisFailure("slot " + Partitions.slot(partition)
                + " of the Cluster has moved to and fro, and a later frame has been published");
    }

    private RedisFailure notFound() {
        return new RedisFailure("slot " + Partitions.slot(partition)
                + " of the Cluster has moved, and no master has taken it within " + LONGEST_SEARCH.toMillis()
                + " ms; CLUSTER NODES on each master shows whether they agree who has it");
    }

    private static RedisFailure closed() {
        return new RedisFailure("the transport is closed");
    }
}
