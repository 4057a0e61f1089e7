package dev.roomcast.adapter.spi;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** See {@link Transport#none()}. */
final class NoTransport implements Transport {

    static final NoTransport NONE = new NoTransport();

    private NoTransport() {}

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.alone();
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        pass.forEach(Outgoing::accepted);
    }

    @Override
    public void subscribe(Collection<String> channels) {
        throw new IllegalStateException("a node that is alone has no channels");
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        throw new IllegalStateException("a node that is alone has no channels");
    }

    @Override
    public void reset(Link link, String reason) {}

    @Override
    public CompletionStage<Void> close() {
        return CompletableFuture.completedStage(null);
    }
}
