package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of a packet from another node, on the turn of the deliveries. If a {@code send} takes too long, another
 * thread takes the rest of the delivery, and the turn with it. The member then has a {@link StalledQueue}, which the
 * first thread empties when its {@code send} returns.
 */
public final class RemoteDelivery implements DeliveryQueue.Step, Watchdog.Watched {

    private final LocalNode node;
    private final Supplier<Recipients> making;
    private final Watchdog watchdog;
    private final DeliveryQueue deliveryQueue;

    // Handed from leg to leg; the watchdog sees them by the leg.
    private @Nullable Recipients recipients;
    private int place;

    private volatile DeliveryClaim deliveryClaim = new DeliveryClaim(0);

    // The watchdog's.
    private int stalls;

    public RemoteDelivery(LocalNode node, Watchdog watchdog, DeliveryQueue deliveryQueue, Supplier<Recipients> making) {
        this.node = node;
        this.deliveryQueue = deliveryQueue;
        this.watchdog = watchdog;
        this.making = making;
    }

    @Override
    public boolean run() {
        Recipients begun = making.get();
        if (begun.size() == 0) {
            return true;
        }
        recipients = begun;
        deliveryClaim.began(Thread.currentThread());
        place = watchdog.begin(this);
        return goOrEnd(begun, deliveryClaim);
    }

    /** What fails without having been handled, for want of memory, ends the walk: two threads would have the turn else. */
    private boolean goOrEnd(Recipients on, DeliveryClaim mine) {
        try {
            return go(on, mine);
        } catch (Throwable t) {
            if (!mine.endAnywhere()) {
                comeBack(mine);
                return false;
            }
            watchdog.end(this, place);
            throw t;
        }
    }

    private boolean go(Recipients on, DeliveryClaim mine) {
        int claimed = mine.begin();
        long count = 0;
        boolean lost = false;
        for (int slot = claimed; slot < on.size() && node.isOpen(); slot++) {
            if (on.isExcepted(slot)) {
                continue;
            }
            if (!mine.claim(claimed, slot)) {
                lost = true;
                break;
            }
            claimed = slot + 1;
            count += hand(on, slot) ? 1 : 0;
        }
        node.delivered(count);
        if (lost || !mine.end(claimed)) {
            comeBack(mine);
            return false;
        }
        watchdog.end(this, place);
        return true;
    }

    private boolean hand(Recipients on, int slot) {
        Connection outlet = on.outlets(slot)[slot % MemberList.CHUNK];
        try {
            boolean took = on.hand(outlet, slot);
            if (!took) {
                node.skipped();
            }
            return took;
        } catch (Throwable t) {
            on.failed(node, slot, t);
            return true;
        } finally {
            // One that a connection leaves behind would end the writes of the next one.
            Thread.interrupted();
        }
    }

    /** On the thread that has lost the turn: nothing that belongs to the turn is touched here. */
    private static void comeBack(DeliveryClaim lost) {
        StalledSend stalledSend = lost.stalledSend();
        if (stalledSend != null) {
            stalledSend.comeBack();
        }
    }

    // ---- the watchdog's side

    @Override
    public void look(long passed) {
        DeliveryClaim now = deliveryClaim;
        int claimed = now.claimed();
        if (claimed > now.begin() && now.stillFor(claimed, passed) >= bound()) {
            replace(now, claimed);
        }
    }

    private void replace(DeliveryClaim stuck, int claimed) {
        Recipients on = recipients;
        Thread thread = stuck.thread();
        if (on == null || thread == null) {
            return;
        }
        LocalMember member = on.member(claimed - 1);
        StalledSend stalledSend = node.hold(member, thread);
        if (stuck.take(claimed, stalledSend)) {
            node.stalled(member, bound());
            stalls++;
            DeliveryClaim next = new DeliveryClaim(claimed);
            deliveryClaim = next;
            deliveryQueue.handOver(() -> {
                next.began(Thread.currentThread());
                return goOrEnd(on, next);
            });
        } else {
            stalledSend.undo();
        }
    }

    @Override
    public long bound() {
        return watchdog.bound(stalls);
    }
}
