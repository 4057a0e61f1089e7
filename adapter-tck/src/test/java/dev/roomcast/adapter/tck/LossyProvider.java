package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A provider of transports that lose frames, and say that the broker has them. */
final class LossyProvider implements TransportProvider {

    private final TransportProvider within;
    private final Predicate<? super Outgoing> lost;

    LossyProvider(TransportProvider within, Predicate<? super Outgoing> lost) {
        this.within = within;
        this.lost = lost;
    }

    @Override
    public String name() {
        return within.name();
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        return new LossyTransport(within.open(settings, receiver));
    }

    private final class LossyTransport extends WrappedTransport {

        LossyTransport(Transport within) {
            super(within);
        }

        @Override
        public void publish(List<? extends Outgoing> pass) {
            List<Outgoing> kept = new ArrayList<>();
            for (Outgoing frame : pass) {
                if (lost.test(frame)) {
                    frame.accepted();
                } else {
                    kept.add(frame);
                }
            }
            super.publish(kept);
        }
    }
}
