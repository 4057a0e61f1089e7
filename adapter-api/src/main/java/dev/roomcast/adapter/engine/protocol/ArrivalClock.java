package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.receive.PauseClock;
import org.jspecify.annotations.Nullable;

/** Determines when frames came, with respect to pauses of this process. On the inbox's turn. */
final class ArrivalClock {

    private final ProtocolSchedule schedule;
    private final PauseClock pauses;

    ArrivalClock(ProtocolSchedule schedule, PauseClock pauses) {
        this.schedule = schedule;
        this.pauses = pauses;
    }

    /** A frame that is read now. */
    IncomingFrame frame(String channel, byte[] bytes, @Nullable Target channelTarget) {
        long now = schedule.now();
        return new IncomingFrame(channel, bytes, channelTarget, pauses.beforeAnyPause(now, now), now);
    }

    /** The earliest moment at which something can have come that was read at that moment. */
    long beforeAnyPause(long readAt) {
        return pauses.beforeAnyPause(readAt, schedule.now());
    }
}
