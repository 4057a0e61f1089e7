package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A connection around another, to break one promise of it. */
class WrappedConnection implements Connection {

    final Connection within;

    WrappedConnection(Connection within) {
        this.within = within;
    }

    @Override
    public String id() {
        return within.id();
    }

    @Override
    public void send(Packet packet) throws Exception {
        within.send(packet);
    }

    @Override
    public void disconnect(DisconnectReason reason) throws Exception {
        within.disconnect(reason);
    }

    @Override
    public boolean writable() {
        return within.writable();
    }

    @Override
    public CompletionStage<Packet> ask(Packet question) throws Exception {
        return within.ask(question);
    }

    @Override
    public Optional<String> user() {
        return within.user();
    }

    @Override
    public Map<String, String> attributes() {
        return within.attributes();
    }
}
