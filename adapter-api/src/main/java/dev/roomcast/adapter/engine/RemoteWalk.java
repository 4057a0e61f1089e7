package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of a packet that came from another node, on the turn of the deliveries. A {@code send} that takes too long loses the
 * rest of the walk, and the turn with it, to another thread; its member has a lane from then on, which the thread that lost drains
 * when its {@code send} returns at last.
 */
final class RemoteWalk implements Deliveries.Step, Watchdog.Watched {

    private final LocalNode node;
    private final Supplier<Walk> making;
    private final Watchdog watchdog;
    private final Deliveries deliveries;

    // Handed from leg to leg; the watchdog sees them by the leg.
    private @Nullable Walk walk;
    private int place;

    private volatile Leg leg = new Leg(0);

    // The watchdog's.
    private int stalls;

    RemoteWalk(LocalNode node, Watchdog watchdog, Deliveries deliveries, Supplier<Walk> making) {
        this.node = node;
        this.deliveries = deliveries;
        this.watchdog = watchdog;
        this.making = making;
    }

    @Override
    public boolean run() {
        Walk begun = making.get();
        if (begun.size() == 0) {
            return true;
        }
        walk = begun;
        leg.began(Thread.currentThread());
        place = watchdog.begin(this);
        return goOrEnd(begun, leg);
    }

    /** What fails without having been handled, for want of memory, ends the walk: two threads would have the turn else. */
    private boolean goOrEnd(Walk on, Leg mine) {
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

    private boolean go(Walk on, Leg mine) {
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

    private boolean hand(Walk on, int slot) {
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
    private static void comeBack(Leg lost) {
        Hold hold = lost.hold();
        if (hold != null) {
            hold.comeBack();
        }
    }

    // ---- the watchdog's side

    @Override
    public void look(long passed) {
        Leg now = leg;
        int claimed = now.claimed();
        if (claimed > now.begin() && now.stillFor(claimed, passed) >= bound()) {
            replace(now, claimed);
        }
    }

    private void replace(Leg stuck, int claimed) {
        Walk on = walk;
        Thread thread = stuck.thread();
        if (on == null || thread == null) {
            return;
        }
        LocalMember member = on.member(claimed - 1);
        Hold hold = node.hold(member, thread);
        if (stuck.take(claimed, hold)) {
            node.stalled(member, bound());
            stalls++;
            Leg next = new Leg(claimed);
            leg = next;
            deliveries.handOver(() -> {
                next.began(Thread.currentThread());
                return goOrEnd(on, next);
            });
        } else {
            hold.undo();
        }
    }

    @Override
    public long bound() {
        return watchdog.bound(stalls);
    }
}
