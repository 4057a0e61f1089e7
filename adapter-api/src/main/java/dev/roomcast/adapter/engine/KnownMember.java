package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.engine.Finding.Described;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a node has told of one of its members. */
record KnownMember(String id, NodeInfo node, Optional<String> user, Set<String> rooms, Map<String, String> attributes)
        implements MemberInfo {

    static KnownMember of(NodeInfo node, Described member) {
        return new KnownMember(
                member.id(), node, Optional.ofNullable(member.user()), member.rooms(), member.attributes());
    }
}
