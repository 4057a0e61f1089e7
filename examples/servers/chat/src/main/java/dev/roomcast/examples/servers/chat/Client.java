package dev.roomcast.examples.servers.chat;

import dev.roomcast.adapter.Connection;

/** A client of the chat: the connection that its server made, and the room that it has joined. */
public final class Client {

    private final Connection connection;
    private final String room;

    Client(Connection connection, String room) {
        this.connection = connection;
        this.room = room;
    }

    Connection connection() {
        return connection;
    }

    String room() {
        return room;
    }
}
