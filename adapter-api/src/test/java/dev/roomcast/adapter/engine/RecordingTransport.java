package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A transport that does nothing but remember what it was asked. */
public final class RecordingTransport implements Transport {

    public final List<List<Outgoing>> passes = new ArrayList<>();
    public final List<String> commands = new ArrayList<>();
    public TransportCapabilities capabilities = TransportCapabilities.builder(4096)
            .subscribeBatch(3)
            .framesInFlight(1000)
            .build();
    public Runnable duringPublish = () -> {};
    public Runnable duringSubscribe = () -> {};
    public Runnable duringUnsubscribe = () -> {};

    @Override
    public TransportCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        passes.add(List.copyOf(pass));
        Runnable during = duringPublish;
        duringPublish = () -> {};
        during.run();
    }

    @Override
    public void subscribe(Collection<String> channels) {
        Runnable during = duringSubscribe;
        duringSubscribe = () -> {};
        during.run();
        commands.add("+" + channels);
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        Runnable during = duringUnsubscribe;
        duringUnsubscribe = () -> {};
        during.run();
        commands.add("-" + channels);
    }

    @Override
    public void reset(Link link, String reason) {
        commands.add("reset");
    }

    @Override
    public void resetPublishing(Collection<String> channels, String reason) {
        commands.add("reset publishing " + channels);
    }

    @Override
    public CompletionStage<Void> close() {
        return CompletableFuture.completedStage(null);
    }

    public List<String> takeCommands() {
        List<String> taken = List.copyOf(commands);
        commands.clear();
        return taken;
    }
}
