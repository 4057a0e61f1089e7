package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Rooms;
import dev.roomcast.adapter.engine.runtime.Names;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The read side of the room index, as servers see it. */
public record RoomsView(RoomIndex index) implements Rooms {

    @Override
    public Set<String> names() {
        return index.roomNames();
    }

    @Override
    public int count() {
        return index.roomCount();
    }

    @Override
    public Set<String> of(Member member) {
        LocalMember own = index.own(member);
        Set<String> names = new HashSet<>();
        if (own.isPresent()) {
            for (Room room : own.rooms()) {
                if (!room.isHidden()) {
                    names.add(room.name());
                }
            }
        }
        return Names.snapshot(names);
    }

    @Override
    public Set<Member> members(String name) {
        Room room = index.room(Objects.requireNonNull(name, "room"));
        if (room == null) {
            return Set.of();
        }
        MemberList.Snapshot snapshot = room.members().snapshot();
        Set<Member> members = new HashSet<>();
        for (int slot = 0; slot < snapshot.size(); slot++) {
            members.add(snapshot.member(slot));
        }
        return Set.copyOf(members);
    }

    @Override
    public Optional<Member> member(String id) {
        return Optional.ofNullable(index.member(Objects.requireNonNull(id, "id")));
    }
}
