package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;

/** For an index whose events are of no interest. */
public record NoObserver() implements RoomIndex.Observer {

    @Override
    public void created(Room room) {}

    @Override
    public void joined(Room room, LocalMember member) {}

    @Override
    public void left(Room room, LocalMember member) {}

    @Override
    public void deleted(Room room) {}
}
