package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.receive.ReceiptMonitor;

/** Takes the frames of the two control channels. What this node publishes there and receives again shows that it receives. */
final class ControlFrames implements ControlChannel.Frames {

    private final ControlChannels controls;
    private final ArrivalClock arrivals;
    private final FrameReceiver receiver;
    private final ReceiptMonitor receipts;

    ControlFrames(ControlChannels controls, ArrivalClock arrivals, FrameReceiver receiver, ReceiptMonitor receipts) {
        this.controls = controls;
        this.arrivals = arrivals;
        this.receiver = receiver;
        this.receipts = receipts;
    }

    @Override
    public void frame(ControlChannel on, byte[] bytes) {
        if (receiver.isOwn(bytes)) {
            if (!receiver.isGenuine(on.name(), bytes)) {
                return;
            }
            on.cameBack();
            if (on == controls.namespace()) {
                receipts.echoed();
            }
        }
        receiver.received(arrivals.frame(on.name(), bytes, null));
    }

    @Override
    public void accepted(ControlChannel on, long sent) {
        if (on == controls.namespace()) {
            receipts.accepted(sent);
        }
    }
}
