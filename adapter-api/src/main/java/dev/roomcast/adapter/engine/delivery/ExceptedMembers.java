package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The members of this node, alone and by their rooms, that a target excepts. */
final class ExceptedMembers {

    private static final int FEW = 8;
    static final ExceptedMembers NONE = new ExceptedMembers(Target.everyone(), List.of(), List.of(), List.of());

    private final Target target;
    /** The rooms that the target selects. */
    private final List<Room> selected;

    /** A list where there are few: to compare them is quicker than to look one up, which reads the member. */
    private final Collection<LocalMember> members;

    private final List<Room> rooms;

    private ExceptedMembers(Target target, List<Room> selected, Collection<LocalMember> members, List<Room> rooms) {
        this.target = target;
        this.selected = selected;
        this.members = members;
        this.rooms = rooms;
    }

    static ExceptedMembers of(RoomIndex index, Target target) {
        if (target.exceptedMemberIds().isEmpty() && target.exceptedRoomNames().isEmpty()) {
            return NONE;
        }
        return new ExceptedMembers(
                target,
                rooms(index, target.roomNames()),
                members(index, target),
                rooms(index, target.exceptedRoomNames()));
    }

    private static Collection<LocalMember> members(RoomIndex index, Target target) {
        List<LocalMember> members = new ArrayList<>();
        for (String id : target.exceptedMemberIds()) {
            LocalMember member = index.member(id);
            if (member != null) {
                members.add(member);
            }
        }
        if (members.size() <= FEW) {
            return members;
        }
        Set<LocalMember> many = Collections.newSetFromMap(new IdentityHashMap<>());
        many.addAll(members);
        return many;
    }

    private static List<Room> rooms(RoomIndex index, Set<String> names) {
        List<Room> rooms = new ArrayList<>();
        for (String name : names) {
            Room room = index.room(name);
            if (room != null) {
                rooms.add(room);
            }
        }
        return rooms;
    }

    boolean isEmpty() {
        return members.isEmpty() && rooms.isEmpty();
    }

    boolean include(LocalMember member) {
        if (members.contains(member)) {
            return true;
        }
        for (int i = 0; i < rooms.size(); i++) {
            if (member.isIn(rooms.get(i))) {
                return true;
            }
        }
        // Who has left an excepted room, and the selected ones before it, was selected at no time.
        return !rooms.isEmpty() && !isStillSelected(member);
    }

    private boolean isStillSelected(LocalMember member) {
        if (!member.isPresent()) {
            return false;
        }
        String user = member.userId();
        boolean isNamed = target.memberIds().contains(member.id())
                || user != null && target.userIds().contains(user);
        if (target.isEveryone() || isNamed) {
            return true;
        }
        for (int i = 0; i < selected.size(); i++) {
            if (member.isIn(selected.get(i))) {
                return true;
            }
        }
        return false;
    }
}
