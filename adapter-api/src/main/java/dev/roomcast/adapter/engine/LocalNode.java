package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens on this node alone: delivery to its members, of its own packets and of those that come from other nodes. */
final class LocalNode {

    private static final Logger log = LoggerFactory.getLogger(LocalNode.class);

    private final RoomIndex index;
    private final Inbox inbox;
    private final Watchdog watchdog;
    private final Holds holds;
    private final Counters counters;
    private final LongAdder delivered;
    private final LongAdder skipped;
    private final IntervalLog failures;
    private final IntervalLog stalls;
    private final IntervalLog drops;

    LocalNode(RoomIndex index, Wire wire, Counters counters) {
        this.index = index;
        this.inbox = wire.inbox();
        this.watchdog = wire.watchdog();
        this.holds = wire.holds();
        this.counters = counters;
        this.delivered = counters.of(Counters.PACKETS_DELIVERED);
        this.skipped = counters.of(Counters.PACKETS_SKIPPED);
        this.failures = new IntervalLog(log, wire.execution());
        this.stalls = new IntervalLog(log, wire.execution());
        this.drops = new IntervalLog(log, wire.execution());
    }

    RoomIndex index() {
        return index;
    }

    /** Delivers a packet of this node, on the caller's thread. */
    void deliver(Target target, Packet packet) {
        go(Walk.over(index, target, packet));
    }

    /** Goes over members of this node, on the caller's thread. */
    void go(Walk walk) {
        if (walk.size() > 0) {
            new LocalWalk(this, watchdog, walk).run();
        }
    }

    /** Delivers a packet of another node. On the inbox's turn, of which it becomes the next step. */
    void received(Target target, Packet packet) {
        received(() -> Walk.over(index, target, packet));
    }

    /** Goes over members of this node because of what came from another; the walk is made when its turn has come. On the inbox's turn. */
    void received(Supplier<Walk> making) {
        inbox.next(new RemoteWalk(this, watchdog, inbox, making));
    }

    /** The node ends, and nobody waits for what its members' connections hold. */
    void close() {
        holds.interrupt(member -> member.isOf(index));
    }

    // ---- for walks and lanes

    /** Whether anything may still be delivered. */
    boolean isOpen() {
        return !index.isClosed();
    }

    Lane lane(LocalMember member) {
        return index.lane(member, laned -> new Lane(this, laned, laned.connection()));
    }

    /** Lets packets for a member wait while a thread of ours is held by its connection; null if too many are. */
    @Nullable
    Hold hold(LocalMember member, Thread thread) {
        Lane lane = lane(member);
        Hold hold = isOpen() ? holds.add(lane, thread) : holds.addAnyway(lane, thread);
        if (hold != null) {
            lane.hold();
        }
        return hold;
    }

    /** A send on a caller's thread has returned, which was too long for this lane. */
    void comeBack(Lane lane) {
        if (lane.release()) {
            holds.drain(lane);
        }
    }

    /** A droppable packet was dropped for a member that does not keep up. */
    void skipped() {
        skipped.increment();
    }

    void delivered(long count) {
        delivered.add(count);
    }

    void failed(LocalMember member, Throwable why) {
        counters.add(Counters.SENDS_FAILED);
        failures.warn("sending to member " + member.id() + " failed", why);
    }

    void stalled(LocalMember member, long bound) {
        counters.add(Counters.SENDS_STALLED);
        stalls.warn(
                "the connection of member " + member.id() + " has not returned from send for "
                        + Duration.ofNanos(bound).toMillis()
                        + " ms; its packets wait in a lane of their own: send must hand over and not wait, as"
                        + " Connection.queued does",
                null);
    }

    void dropped(LocalMember member) {
        counters.add(Counters.LANE_DROPPED);
        drops.warn(
                "a packet for member " + member.id() + " was dropped: its connection does not return from send", null);
    }
}
