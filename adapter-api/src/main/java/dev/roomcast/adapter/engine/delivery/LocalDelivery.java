package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.runtime.StallTimer;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of a packet on the thread of the caller. It stays there, so a {@code send} that takes too long delays
 * it. But the watchdog notices that, and all other deliveries then use a {@link StalledQueue} for that member.
 *
 * <p>Each recipient costs one plain write of the current slot. The delivery may read the watchdog's result late, but
 * reads it at the end at the latest: there it closes {@code held} by an atomic step.
 */
final class LocalDelivery implements Watchdog.Watched {

    private static final Object ENDED = new Object();
    private final LocalNode node;
    private final Watchdog watchdog;
    private final Recipients recipients;
    private final StallTimer stallTimer = new StallTimer();
    /** The slot that is being sent to. */
    private final AtomicInteger at = new AtomicInteger();
    /** The lane of the member whose send takes too long; or that the walk has ended. */
    private final AtomicReference<@Nullable Object> held = new AtomicReference<>();

    /** Whether the caller was interrupted within a send that failed. */
    private boolean interrupted;

    LocalDelivery(LocalNode node, Watchdog watchdog, Recipients recipients) {
        this.node = node;
        this.watchdog = watchdog;
        this.recipients = recipients;
    }

    void run() {
        int place = watchdog.begin(this);
        long count = 0;
        try {
            for (int slot = 0; slot < recipients.size(); slot += MemberList.CHUNK) {
                count += chunk(slot, Math.min(slot + MemberList.CHUNK, recipients.size()));
            }
        } finally {
            // Also where there is no memory to handle a failure: what is watched for ever is held for ever.
            watchdog.end(this, place);
            comeBack(held.getAndSet(ENDED));
        }
        node.delivered(count);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes over slots of one chunk; returns how many recipients there were. */
    private long chunk(int begin, int end) {
        // Fields would be read anew for each recipient, because of the volatile reads between.
        AtomicInteger progress = at;
        AtomicReference<@Nullable Object> stall = held;
        RoomIndex index = node.index();
        Connection[] outlets = recipients.outlets(begin);
        Packet packet = recipients.packet();
        boolean all = !recipients.hasExceptions();
        boolean plain = recipients.isPlain();
        long count = 0;
        for (int slot = begin; slot < end && !index.isClosed(); slot++) {
            if (all || !recipients.isExcepted(slot)) {
                progress.setOpaque(slot);
                try {
                    if (plain) {
                        outlets[slot - begin].send(packet);
                    } else if (!recipients.hand(outlets[slot - begin], slot)) {
                        node.skipped();
                        continue;
                    }
                } catch (Throwable t) {
                    failed(slot, t);
                }
                count++;
                if (stall.getOpaque() != null) {
                    comeBack(stall.getAndSet(null));
                }
            }
        }
        return count;
    }

    /** An interrupt is the caller's, and is kept for it: the writes of the next connection would fail by it as well. */
    private void failed(int slot, Throwable why) {
        interrupted |= Thread.interrupted() || why instanceof InterruptedException;
        recipients.failed(node, slot, why);
    }

    private void comeBack(@Nullable Object lane) {
        if (lane instanceof StalledQueue returned) {
            node.comeBack(returned);
        }
    }

    // ---- the watchdog's side

    @Override
    public void look(long passed) {
        int slot = at.getOpaque();
        if (stallTimer.look(slot, passed) >= bound() && held.getOpaque() == null) {
            LocalMember member = recipients.member(slot);
            StalledQueue stalledQueue = node.lane(member);
            stalledQueue.hold();
            if (held.compareAndSet(null, stalledQueue)) {
                node.stalled(member, bound());
            } else {
                node.comeBack(stalledQueue);
            }
        }
    }

    @Override
    public long bound() {
        return watchdog.bound(0);
    }
}
