package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;

/** The provider of a node that is alone. */
final class Alone implements TransportProvider {

    @Override
    public String name() {
        return "alone";
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        return Transport.none();
    }
}
