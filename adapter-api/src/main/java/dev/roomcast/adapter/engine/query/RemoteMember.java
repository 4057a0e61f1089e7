package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A member of another node, as that node has described it. */
record RemoteMember(String id, NodeInfo node, Optional<String> user, Set<String> rooms, Map<String, String> attributes)
        implements MemberInfo {

    static RemoteMember of(NodeInfo node, MemberDescription member) {
        return new RemoteMember(
                member.id(), node, Optional.ofNullable(member.user()), member.rooms(), member.attributes());
    }
}
