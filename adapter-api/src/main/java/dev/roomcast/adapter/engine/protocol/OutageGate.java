package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.publish.Backlog;
import org.jspecify.annotations.Nullable;

/** Holds packets that waited for the broker until all nodes have been met again: before that nobody would receive them. On any thread. */
final class OutageGate implements Backlog.Gate {

    private final MeetingState meeting;
    private final ProtocolSchedule schedule;

    OutageGate(MeetingState meeting, ProtocolSchedule schedule) {
        this.meeting = meeting;
        this.schedule = schedule;
    }

    @Override
    public boolean isOpen() {
        // What is left when a node closes is not kept for later.
        return meeting.hasMetAll() || schedule.isClosed();
    }

    @Override
    public @Nullable Throwable refusal() {
        return meeting.isLeftOut() ? meeting.whyLeftOut() : null;
    }
}
