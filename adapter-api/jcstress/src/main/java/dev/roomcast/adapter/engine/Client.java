package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import java.util.Map;

/** Remembers what it was sent, in a plain field: two sends that are not ordered lose one of the packets. */
final class Client implements Connection {

    final LocalMember member;
    String got = "";
    private final String id;

    Client(RoomIndex index, String id) {
        this.id = id;
        this.member = new LocalMember(index, this, id, null, Map.of());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void send(Packet packet) {
        got += packet.text();
    }

    @Override
    public void disconnect(String reason) {}
}
