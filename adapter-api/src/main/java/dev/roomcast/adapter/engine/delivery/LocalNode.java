package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members of this node, and the delivery of packets of this node and of other nodes to them. */
public final class LocalNode {

    /** The client may be told it, so it says nothing of the cause. */
    static final DisconnectReason FAILED = new DisconnectReason(Kind.FAILED, "a packet could not be sent");

    private static final Logger log = LoggerFactory.getLogger(LocalNode.class);

    private final RoomIndex index;
    private final DeliveryQueue deliveryQueue;
    private final Watchdog watchdog;
    private final StalledSends stalledSends;
    private final Counters counters;
    private final LongAdder delivered;
    private final LongAdder skipped;
    private final RateLimitedLog failures;
    private final RateLimitedLog stalls;
    private final RateLimitedLog removals;
    private final DisconnectExecutor disconnects;

    public LocalNode(RoomIndex index, DeliveryContext context, Counters counters) {
        this.index = index;
        this.deliveryQueue = context.deliveryQueue();
        this.watchdog = context.watchdog();
        this.stalledSends = context.stalledSends();
        this.counters = counters;
        this.delivered = counters.of(Counters.PACKETS_DELIVERED);
        this.skipped = counters.of(Counters.PACKETS_SKIPPED);
        this.failures = new RateLimitedLog(log, context.execution());
        this.stalls = new RateLimitedLog(log, context.execution());
        this.removals = new RateLimitedLog(log, context.execution());
        this.disconnects = context.disconnects();
    }

    public RoomIndex index() {
        return index;
    }

    /** Delivers a packet of this node, on the caller's thread. */
    public void deliver(Target target, Packet packet) {
        go(Recipients.over(index, target, packet));
    }

    /** Goes over members of this node, on the caller's thread. */
    public void go(Recipients recipients) {
        if (recipients.size() > 0) {
            new LocalDelivery(this, watchdog, recipients).run();
        }
    }

    /** Delivers a packet of another node behind all that came before. On the inbox's turn. */
    public void received(Target target, Packet packet) {
        received(packet, () -> Recipients.over(index, target, packet));
    }

    /** Goes over members of this node because of what came from another; the walk is made when its turn has come. On the inbox's turn. */
    public void received(Packet packet, Supplier<Recipients> making) {
        deliveryQueue.add(packet.size(), new RemoteDelivery(this, watchdog, deliveryQueue, making));
    }

    /** Does something behind the packets that came before. On the inbox's turn. */
    public void inOrder(Runnable task) {
        deliveryQueue.add(0, () -> {
            task.run();
            return true;
        });
    }

    /** Whether so much waits to be delivered that packets of other nodes must be given up instead. */
    public boolean isFull() {
        return deliveryQueue.isFull();
    }

    /** The node ends, and nobody waits for what its members' connections hold. */
    public void close() {
        stalledSends.interrupt(member -> member.isOf(index));
    }

    // ---- for walks and lanes

    /** Whether anything may still be delivered. */
    boolean isOpen() {
        return !index.isClosed();
    }

    public StalledQueue lane(LocalMember member) {
        return index.lane(member, laned -> new StalledQueue(this, laned, laned.connection()));
    }

    /** Lets packets for a member wait while a thread of ours is held by its connection. */
    StalledSend hold(LocalMember member, Thread thread) {
        StalledQueue stalledQueue = lane(member);
        StalledSend stalledSend = stalledSends.add(stalledQueue, thread);
        stalledQueue.hold();
        return stalledSend;
    }

    /** A send on a caller's thread has returned, which was too long for this lane. */
    public void comeBack(StalledQueue stalledQueue) {
        if (stalledQueue.release()) {
            stalledSends.drain(stalledQueue);
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
                        + " ms; its packets wait in a queue of their own: send must begin an asynchronous write and return",
                null);
    }

    /** A packet that is not droppable cannot be handed to a member: it is one no more. */
    void giveUp(LocalMember member, DisconnectReason why) {
        if (disconnects.disconnect(member, why)) {
            counters.add(Counters.MEMBERS_GIVEN_UP);
            removals.warn("member " + member.id() + " was removed, and is disconnected: " + why.text(), null);
        }
    }
}
