package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of one packet on this node, in slots, some of which may be excepted. A delivery may pause between any
 * two slots.
 */
public final class Recipients {

    private final Packet packet;
    private final MemberList.Snapshot recipients;
    /** The slots of those that are excepted: it is decided when the delivery begins, however long that takes then. */
    private final @Nullable BitSet excepted;

    private final @Nullable AnswerCollector answerCollector;

    private Recipients(
            Packet packet,
            MemberList.Snapshot recipients,
            @Nullable BitSet excepted,
            @Nullable AnswerCollector answerCollector) {
        this.packet = packet;
        this.recipients = recipients;
        this.excepted = excepted;
        this.answerCollector = answerCollector;
    }

    public static Recipients over(RoomIndex index, Target target, Packet packet) {
        MemberList.Snapshot recipients = recipients(index, target);
        return new Recipients(packet, recipients, excepted(recipients, ExceptedMembers.of(index, target)), null);
    }

    private static @Nullable BitSet excepted(MemberList.Snapshot recipients, ExceptedMembers exceptedMembers) {
        if (exceptedMembers.isEmpty()) {
            return null;
        }
        BitSet excepted = new BitSet(recipients.size());
        for (int slot = 0; slot < recipients.size(); slot++) {
            if (exceptedMembers.include(recipients.member(slot))) {
                excepted.set(slot);
            }
        }
        return excepted;
    }

    /** A walk that asks members, of whom each has the slot of its place in the list. */
    public static Recipients asking(List<LocalMember> members, Packet question, AnswerCollector answerCollector) {
        MemberList list = new MemberList();
        members.forEach(list::add);
        return new Recipients(question, list.snapshot(), null, answerCollector);
    }

    /** The members that a target selects. */
    public static List<LocalMember> members(RoomIndex index, Target target) {
        MemberList.Snapshot selected = recipients(index, target);
        ExceptedMembers excepted = ExceptedMembers.of(index, target);
        List<LocalMember> members = new ArrayList<>(selected.size());
        for (int slot = 0; slot < selected.size(); slot++) {
            if (!excepted.include(selected.member(slot))) {
                members.add(selected.member(slot));
            }
        }
        return members;
    }

    /** How many members a target selects. */
    public static long count(RoomIndex index, Target target) {
        boolean all = ExceptedMembers.of(index, target).isEmpty();
        return all ? recipients(index, target).size() : members(index, target).size();
    }

    private static MemberList.Snapshot recipients(RoomIndex index, Target target) {
        if (target.isEveryone()) {
            return index.everyone().members().snapshot();
        }
        if (!isOne(target)) {
            return union(index, target);
        }
        Room one = one(index, target);
        return one == null ? MemberList.EMPTY : one.members().snapshot();
    }

    /** Whether just one room or user is selected: then nobody can be met twice. */
    private static boolean isOne(Target target) {
        return target.roomNames().size() + target.userIds().size() == 1
                && target.memberIds().isEmpty();
    }

    /** That room or user; null if none of its members are here. */
    private static @Nullable Room one(RoomIndex index, Target target) {
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
    public int size() {
        return recipients.size();
    }

    public LocalMember member(int slot) {
        return recipients.member(slot);
    }

    /** See {@link MemberList.Snapshot#outlets}. */
    public Connection[] outlets(int slot) {
        return recipients.outlets(slot);
    }

    /** Whether every recipient is sent the packet: nobody is asked, and nobody passed over for not being writable. */
    boolean isPlain() {
        return answerCollector == null && !packet.isDroppable();
    }

    /** Hands the packet, or the question, to one recipient; false if it was dropped because that one does not keep up. */
    boolean hand(Connection outlet, int slot) throws Exception {
        if (answerCollector != null) {
            answerCollector.ask(outlet, slot, packet);
            return true;
        }
        boolean takes = !packet.isDroppable() || outlet.writable();
        if (takes) {
            outlet.send(packet);
        }
        return takes;
    }

    /** A recipient could not be handed the packet, or the question. */
    void failed(LocalNode node, int slot, Throwable why) {
        try {
            node.failed(member(slot), why);
        } finally {
            // Also where there is no memory for a line in the log.
            if (isPlain()) {
                node.giveUp(member(slot), LocalNode.FAILED);
            }
        }
    }

    boolean hasExceptions() {
        return excepted != null;
    }

    boolean isExcepted(int slot) {
        return excepted != null && excepted.get(slot);
    }
}
