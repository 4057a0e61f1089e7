package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of this node for whom one packet is, in slots, some of which may be excepted. Whoever goes over them may stop between any
 * two.
 */
final class Walk {

    private final Packet packet;
    private final MemberList.Snapshot recipients;
    private final Exceptions exceptions;

    private Walk(Packet packet, MemberList.Snapshot recipients, Exceptions exceptions) {
        this.packet = packet;
        this.recipients = recipients;
        this.exceptions = exceptions;
    }

    static Walk over(RoomIndex index, Target target, Packet packet) {
        return new Walk(packet, recipients(index, target), Exceptions.of(index, target));
    }

    private static MemberList.Snapshot recipients(RoomIndex index, Target target) {
        if (target.isEveryone()) {
            return index.everyone().members().snapshot();
        }
        Room only = only(index, target);
        return only != null ? only.members().snapshot() : union(index, target);
    }

    /** The one room or user that is selected, if it is just one: then nobody can be met twice. */
    private static @Nullable Room only(RoomIndex index, Target target) {
        boolean one = target.roomNames().size() + target.userIds().size() == 1
                && target.memberIds().isEmpty();
        if (!one) {
            return null;
        }
        return target.userIds().isEmpty()
                ? index.room(target.roomNames().iterator().next())
                : index.user(target.userIds().iterator().next());
    }

    private static MemberList.Snapshot union(RoomIndex index, Target target) {
        Set<LocalMember> all = Collections.newSetFromMap(new IdentityHashMap<>());
        MemberList list = new MemberList();
        for (String name : target.roomNames()) {
            addAll(index.room(name), all, list);
        }
        for (String id : target.userIds()) {
            addAll(index.user(id), all, list);
        }
        for (String id : target.memberIds()) {
            LocalMember member = index.member(id);
            if (member != null && all.add(member)) {
                list.add(member);
            }
        }
        return list.snapshot();
    }

    private static void addAll(@Nullable Room room, Set<LocalMember> all, MemberList list) {
        if (room == null) {
            return;
        }
        MemberList.Snapshot snapshot = room.members().snapshot();
        for (int slot = 0; slot < snapshot.size(); slot++) {
            LocalMember member = snapshot.member(slot);
            if (all.add(member)) {
                list.add(member);
            }
        }
    }

    Packet packet() {
        return packet;
    }

    /** The number of slots. */
    int size() {
        return recipients.size();
    }

    LocalMember member(int slot) {
        return recipients.member(slot);
    }

    /** See {@link MemberList.Snapshot#outlets}. */
    Connection[] outlets(int slot) {
        return recipients.outlets(slot);
    }

    boolean hasExceptions() {
        return !exceptions.isEmpty();
    }

    boolean isExcepted(int slot) {
        return exceptions.include(recipients.member(slot));
    }
}
