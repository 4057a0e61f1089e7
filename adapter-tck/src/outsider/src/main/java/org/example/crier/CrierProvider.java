package org.example.crier;

import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;

/** Opens transports that meet on one square. */
public final class CrierProvider implements TransportProvider {

    private final Square square = new Square();

    @Override
    public String name() {
        return "crier";
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        return new CrierTransport(square, receiver);
    }
}
