package dev.roomcast.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A connection with another user and other attributes. */
record DescribedConnection(Connection connection, Optional<String> user, Map<String, String> attributes)
        implements Connection {

    DescribedConnection {
        attributes = Map.copyOf(attributes);
    }

    @Override
    public String id() {
        return connection.id();
    }

    @Override
    public void send(Packet packet) throws Exception {
        connection.send(packet);
    }

    @Override
    public void disconnect(DisconnectReason reason) throws Exception {
        connection.disconnect(reason);
    }

    @Override
    public boolean writable() {
        return connection.writable();
    }

    @Override
    public CompletionStage<Packet> ask(Packet question) throws Exception {
        return connection.ask(question);
    }

    @Override
    public Connection withUser(String name) {
        return new DescribedConnection(connection, Optional.of(name), attributes);
    }

    @Override
    public Connection withAttributes(Map<String, String> others) {
        return new DescribedConnection(connection, user, others);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
