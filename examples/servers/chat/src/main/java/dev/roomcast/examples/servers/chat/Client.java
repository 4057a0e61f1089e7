package dev.roomcast.examples.servers.chat;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.QueuedConnection;
import java.util.Optional;

/** A client of the chat: the queued connection that its server made, and who is behind it. */
public final class Client implements Connection {

    private final QueuedConnection connection;
    private final String room;
    private final String user;

    Client(QueuedConnection connection, String room, String user) {
        this.connection = connection;
        this.room = room;
        this.user = user;
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
    public boolean writable() {
        return connection.writable();
    }

    @Override
    public void disconnect(DisconnectReason reason) throws Exception {
        connection.disconnect(reason);
    }

    @Override
    public Optional<String> user() {
        return Optional.of(user);
    }

    String room() {
        return room;
    }
}
