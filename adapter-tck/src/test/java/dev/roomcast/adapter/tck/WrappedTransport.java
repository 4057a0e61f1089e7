package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A transport that hands everything on, so that broken ones need only say what they break. */
class WrappedTransport implements Transport {

    final Transport within;

    WrappedTransport(Transport within) {
        this.within = within;
    }

    @Override
    public TransportCapabilities capabilities() {
        return within.capabilities();
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        within.publish(pass);
    }

    @Override
    public void subscribe(Collection<String> channels) {
        within.subscribe(channels);
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        within.unsubscribe(channels);
    }

    @Override
    public void reset(Link link, String reason) {
        within.reset(link, reason);
    }

    @Override
    public void resetPublishing(Collection<String> channels, String reason) {
        within.resetPublishing(channels, reason);
    }

    @Override
    public CompletionStage<Void> close() {
        return within.close();
    }
}
