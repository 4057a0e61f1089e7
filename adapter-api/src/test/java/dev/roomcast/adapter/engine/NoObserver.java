package dev.roomcast.adapter.engine;

/** For an index whose events are of no interest. */
record NoObserver() implements RoomIndex.Observer {

    @Override
    public void created(Room room) {}

    @Override
    public void joined(Room room, LocalMember member) {}

    @Override
    public void left(Room room, LocalMember member) {}

    @Override
    public void deleted(Room room) {}
}
