package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.cluster.Receiver;
import dev.roomcast.adapter.cluster.Settings;
import dev.roomcast.adapter.cluster.Transport;
import dev.roomcast.adapter.cluster.TransportProvider;

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
