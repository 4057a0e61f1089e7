package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.receive.LossDetector;

/** Follows whether this node receives: it does while both of its control channels are confirmed. On the inbox's turn. */
final class ControlStates implements ControlChannel.States {

    /** Acts on it. On the inbox's turn. */
    interface Listener {

        /** The node receives from now on. */
        void receiving();

        /** The node has received, or not, and receives nothing now. */
        void notReceiving(Throwable why);

        /** The broker refuses a control channel. */
        void shutOut(String channel, Throwable why);
    }

    private final ControlChannels controls;
    private final ArrivalClock arrivals;
    private final SelfReception selfReception;
    private final LossDetector lossDetector;
    private final ProtocolSchedule schedule;
    private final Listener listener;

    ControlStates(
            ControlChannels controls,
            ArrivalClock arrivals,
            SelfReception selfReception,
            LossDetector lossDetector,
            ProtocolSchedule schedule,
            Listener listener) {
        this.controls = controls;
        this.arrivals = arrivals;
        this.selfReception = selfReception;
        this.lossDetector = lossDetector;
        this.schedule = schedule;
        this.listener = listener;
    }

    @Override
    public void confirmed(ControlChannel on, long at) {
        lossDetector.confirmed(on.name(), on.standsFor(), at);
        if (!schedule.isClosed() && controls.confirmed(on)) {
            listener.receiving();
        }
    }

    @Override
    public void lost(ControlChannel on, Throwable why, long lastAlive) {
        lossDetector.lost(on.name(), arrivals.beforeAnyPause(selfReception.receivedUntil(lastAlive)));
        if (!schedule.isClosed()) {
            controls.lost(on);
            listener.notReceiving(why);
        }
    }

    @Override
    public void refused(ControlChannel on, Throwable why) {
        listener.shutOut(on.name(), why);
    }
}
