package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.PresenceMessage;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The known members of a watched room on one node. On the inbox's turn. */
final class PresenceView {

    /** Hears what changes. */
    interface Changes {

        void joined(MemberInfo member);

        void changed(MemberInfo before, MemberInfo now);

        void left(MemberInfo member);

        /** Whether so many members more may be remembered, of this node or another; they are, then. */
        boolean remember(int more);

        void forget(int members);
    }

    private final PeerInfo node;
    private final String room;
    private final Changes changes;
    private final Map<String, MemberInfo> members = new LinkedHashMap<>();
    private boolean isOccupied;
    /** The whole has come, and nothing is known to lack since. */
    private boolean isWhole;
    /** The whole has come once: changes make sense from then on, also while it is awaited again. */
    private boolean hasBegun;

    private long version;
    /** Of the whole, what has come so far. */
    private final List<MemberDescription> coming = new ArrayList<>();

    private int parts;
    private long comingVersion;

    PresenceView(PeerInfo node, String room, Changes changes) {
        this.node = node;
        this.room = room;
        this.changes = changes;
    }

    /** Whether all is known, as far as is known. */
    boolean isWhole() {
        return isWhole;
    }

    boolean isOccupied() {
        return isOccupied || !members.isEmpty();
    }

    Iterable<MemberInfo> members() {
        return members.values();
    }

    /** Something was lost: the whole is needed again. */
    void doubt() {
        isWhole = false;
    }

    /** Takes what was told for those who watch as closely; else it is left over from a watch before this one. */
    void heard(RoomPresence roomPresence, WatchLevel watchLevel) {
        boolean isOccupancy = roomPresence.presenceMessage() instanceof PresenceMessage.Occupied;
        if (isOccupancy == (watchLevel == WatchLevel.OCCUPANCY)) {
            heard(roomPresence);
        }
    }

    private void heard(RoomPresence roomPresence) {
        if (roomPresence.presenceMessage() instanceof PresenceMessage.All all) {
            part(roomPresence, all);
        } else if (roomPresence.presenceMessage() instanceof PresenceMessage.Occupied occupied) {
            if (!isWhole || roomPresence.version() >= version) {
                isOccupied = occupied.isOccupied();
                version = roomPresence.version();
                isWhole = true;
                hasBegun = true;
            }
        } else if (hasBegun && roomPresence.version() > version) {
            version = roomPresence.version();
            if (roomPresence.presenceMessage() instanceof PresenceMessage.Joined joined) {
                put(joined.member());
            } else if (roomPresence.presenceMessage() instanceof PresenceMessage.Changed changed) {
                change(changed.member());
            } else if (roomPresence.presenceMessage() instanceof PresenceMessage.Left left) {
                remove(left.id());
            }
        }
    }

    private void part(RoomPresence roomPresence, PresenceMessage.All all) {
        if (roomPresence.part() == 0) {
            forgetComing();
            parts = 0;
            comingVersion = roomPresence.version();
        }
        boolean isNext = roomPresence.part() == parts && roomPresence.version() == comingVersion;
        if (!isNext || !changes.remember(all.members().size())) {
            return;
        }
        parts++;
        coming.addAll(all.members());
        if (parts == roomPresence.parts()) {
            whole();
        }
    }

    private void whole() {
        Map<String, MemberDescription> now = new HashMap<>();
        coming.forEach(member -> now.put(member.id(), member));
        forgetComing();
        List.copyOf(members.keySet()).stream()
                .filter(id -> !now.containsKey(id))
                .forEach(this::remove);
        now.values().forEach(this::change);
        // Told while the room was not watched as closely.
        isOccupied = false;
        version = Math.max(version, comingVersion);
        isWhole = true;
        hasBegun = true;
    }

    private MemberInfo told(MemberDescription memberDescription) {
        return RemoteMember.of(
                node,
                new MemberDescription(
                        memberDescription.id(),
                        memberDescription.user(),
                        Set.of(room),
                        memberDescription.attributes()));
    }

    /** Takes what is told of a member that may be known. */
    private void change(MemberDescription memberDescription) {
        MemberInfo member = told(memberDescription);
        MemberInfo before = members.get(member.id());
        if (before == null) {
            put(memberDescription);
        } else if (!member.equals(before)) {
            members.put(member.id(), member);
            changes.changed(before, member);
        }
    }

    private void put(MemberDescription memberDescription) {
        MemberInfo member = told(memberDescription);
        MemberInfo before = members.get(member.id());
        if (!member.equals(before)) {
            if (before != null) {
                remove(member.id());
            }
            if (changes.remember(1)) {
                members.put(member.id(), member);
                changes.joined(member);
            }
        }
    }

    private void remove(String id) {
        MemberInfo member = members.remove(id);
        if (member != null) {
            changes.forget(1);
            changes.left(member);
        }
    }

    private void forgetComing() {
        changes.forget(coming.size());
        coming.clear();
    }

    /** The node is gone, and its members with it. */
    void gone() {
        isOccupied = false;
        forgetComing();
        List.copyOf(members.keySet()).forEach(this::remove);
    }
}
