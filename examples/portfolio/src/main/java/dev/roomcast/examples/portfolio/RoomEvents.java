package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.RoomListener;
import dev.roomcast.adapter.Target;

/**
 * Tells a room's members on this node what happens in it. Events come one after the other, and each frame lists the
 * members anew: the last frame that a client has is the truth.
 */
final class RoomEvents implements RoomListener {
    private final Adapter adapter;

    RoomEvents(Adapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public void created(String room) {
        tell(room, Frames.roomCreated(room, adapter.cluster().self()));
    }

    @Override
    public void joined(String room, Member member) {
        changed("joined", room, member);
    }

    @Override
    public void left(String room, Member member) {
        changed("left", room, member);
    }

    private void changed(String type, String room, Member member) {
        tell(
                room,
                Frames.roomChanged(
                        type,
                        room,
                        adapter.cluster().self(),
                        member,
                        adapter.rooms().members(room)));
    }

    private void tell(String room, Packet packet) {
        adapter.broadcast(Target.room(room).onThisNode(), packet);
    }
}
