package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.function.UnaryOperator;

/** A provider of transports that are changed. */
final class WrappedProvider implements TransportProvider {

    private final TransportProvider within;
    private final UnaryOperator<Transport> change;

    WrappedProvider(TransportProvider within, UnaryOperator<Transport> change) {
        this.within = within;
        this.change = change;
    }

    @Override
    public String name() {
        return within.name();
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        return change.apply(within.open(settings, receiver));
    }
}
