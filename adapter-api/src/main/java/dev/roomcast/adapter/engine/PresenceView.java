package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.engine.Finding.Described;
import dev.roomcast.adapter.engine.Message.Closeness;
import dev.roomcast.adapter.engine.Message.Present;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of one node's part of a room that is watched. On the inbox's turn. */
final class PresenceView {

    /** Hears what changes. */
    interface Changes {

        void joined(MemberInfo member);

        void left(MemberInfo member);

        /** Whether so many members more may be remembered, of this node or another; they are, then. */
        boolean remember(int more);

        void forget(int members);
    }

    private final KnownNode node;
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
    private final List<Described> coming = new ArrayList<>();

    private int parts;
    private long comingVersion;

    PresenceView(KnownNode node, String room, Changes changes) {
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
    void heard(Present present, Closeness closeness) {
        boolean isOccupancy = present.presence() instanceof Presence.Occupied;
        if (isOccupancy == (closeness == Closeness.OCCUPANCY)) {
            heard(present);
        }
    }

    private void heard(Present present) {
        if (present.presence() instanceof Presence.All all) {
            part(present, all);
        } else if (present.presence() instanceof Presence.Occupied occupied) {
            if (!isWhole || present.version() >= version) {
                isOccupied = occupied.isOccupied();
                version = present.version();
                isWhole = true;
                hasBegun = true;
            }
        } else if (hasBegun && present.version() > version) {
            version = present.version();
            if (present.presence() instanceof Presence.Joined joined) {
                put(joined.member());
            } else if (present.presence() instanceof Presence.Left left) {
                remove(left.id());
            }
        }
    }

    private void part(Present present, Presence.All all) {
        if (present.part() == 0) {
            forgetComing();
            parts = 0;
            comingVersion = present.version();
        }
        boolean isNext = present.part() == parts && present.version() == comingVersion;
        if (!isNext || !changes.remember(all.members().size())) {
            return;
        }
        parts++;
        coming.addAll(all.members());
        if (parts == present.parts()) {
            whole();
        }
    }

    private void whole() {
        Map<String, Described> now = new HashMap<>();
        coming.forEach(member -> now.put(member.id(), member));
        forgetComing();
        List.copyOf(members.keySet()).stream()
                .filter(id -> !now.containsKey(id))
                .forEach(this::remove);
        now.values().forEach(this::put);
        // Told while the room was not watched as closely.
        isOccupied = false;
        version = Math.max(version, comingVersion);
        isWhole = true;
        hasBegun = true;
    }

    private void put(Described described) {
        MemberInfo member = KnownMember.of(
                node, new Described(described.id(), described.user(), Set.of(room), described.attributes()));
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
