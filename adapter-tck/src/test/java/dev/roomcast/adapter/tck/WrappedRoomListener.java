package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.RoomListener;

/** A listener around another, to tell it something else. */
abstract class WrappedRoomListener implements RoomListener {

    private final RoomListener within;

    WrappedRoomListener(RoomListener within) {
        this.within = within;
    }

    @Override
    public void created(String room) {
        within.created(room);
    }

    @Override
    public void joined(String room, Member member) {
        within.joined(room, member);
    }

    @Override
    public void changed(String room, Member member) {
        within.changed(room, member);
    }

    @Override
    public void left(String room, Member member) {
        within.left(room, member);
    }

    @Override
    public void deleted(String room) {
        within.deleted(room);
    }
}
