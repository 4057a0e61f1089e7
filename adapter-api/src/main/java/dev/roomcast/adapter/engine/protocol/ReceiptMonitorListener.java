package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.ReceiptRequest;
import dev.roomcast.adapter.engine.codec.Message.Unreceived;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Sends receipt requests and announcements, and reconnects, as {@link ReceiptMonitor} decides. On the inbox's turn. */
final class ReceiptMonitorListener implements ReceiptMonitor.Listener {

    private final MessageSender sender;
    private final ControlChannels controls;
    private final BrokerLinks links;
    private final ProtocolSchedule schedule;
    private final Runnable onChange;

    ReceiptMonitorListener(
            MessageSender sender,
            ControlChannels controls,
            BrokerLinks links,
            ProtocolSchedule schedule,
            Runnable onChange) {
        this.sender = sender;
        this.controls = controls;
        this.links = links;
        this.schedule = schedule;
        this.onChange = onChange;
    }

    @Override
    public CompletionStage<?> request(Incarnation peer) {
        return sender.publish(sender.node(peer), new ReceiptRequest());
    }

    @Override
    public void reconnect(String why) {
        controls.links().forEach(link -> links.unreceived(link, why));
    }

    @Override
    public void receivedAgain(long since) {
        sender.sendToAll(new Unreceived(Duration.ofNanos(schedule.now() - since).toMillis()));
    }

    @Override
    public void changed() {
        onChange.run();
    }
}
