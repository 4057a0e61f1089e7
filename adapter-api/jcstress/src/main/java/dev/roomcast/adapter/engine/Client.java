package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import java.util.Map;

/** Remembers what it was sent, in a plain field: two sends that are not ordered lose one of the packets. */
final class Client implements Connection {

    final LocalMember member;
    String got = "";
    /** How often the first send lets other threads go before it. */
    int yields;

    volatile boolean isReached;
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
        boolean isFirst = !isReached;
        isReached = true;
        for (int i = 0; isFirst && i < yields; i++) {
            Thread.yield();
        }
        got += packet.text();
    }

    @Override
    public void disconnect(DisconnectReason reason) {}
}
