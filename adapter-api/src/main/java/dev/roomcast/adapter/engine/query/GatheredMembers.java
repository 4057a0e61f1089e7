package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.QueryResult;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import dev.roomcast.adapter.engine.query.OpenQuery.Collector;
import dev.roomcast.adapter.engine.runtime.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Merges the members in the results of several nodes. */
public final class GatheredMembers {

    private GatheredMembers() {}

    /** The union of names. */
    public static Collector<Set<String>> texts() {
        return new Collector<>() {
            private final Set<String> all = new HashSet<>();

            @Override
            public void add(PeerInfo from, QueryResult queryResult) {
                if (queryResult instanceof QueryResult.Texts texts) {
                    all.addAll(texts.texts());
                }
            }

            @Override
            public Set<String> result() {
                return Names.snapshot(all);
            }
        };
    }

    /** All members. */
    public static Collector<List<MemberInfo>> members() {
        return new Collector<>() {
            private final Map<PeerInfo, Map<String, MemberDescription>> all = new LinkedHashMap<>();

            @Override
            public void add(PeerInfo from, QueryResult queryResult) {
                if (queryResult instanceof QueryResult.Members members) {
                    Map<String, MemberDescription> ofNode = all.computeIfAbsent(from, node -> new LinkedHashMap<>());
                    members.members().forEach(member -> ofNode.merge(member.id(), member, MemberDescription::with));
                }
            }

            @Override
            public List<MemberInfo> result() {
                List<MemberInfo> infos = new ArrayList<>();
                all.forEach((node, members) ->
                        members.values().forEach(member -> infos.add(RemoteMember.of(node, member))));
                return Collections.unmodifiableList(infos);
            }
        };
    }

    /** The sum. */
    public static Collector<Long> sum() {
        return new Collector<>() {
            private long sum;

            @Override
            public void add(PeerInfo from, QueryResult queryResult) {
                if (queryResult instanceof QueryResult.Number number) {
                    sum += number.number();
                }
            }

            @Override
            public Long result() {
                return sum;
            }
        };
    }

    /** That it is done. */
    public static Collector<Boolean> done() {
        return new Collector<>() {
            @Override
            public void add(PeerInfo from, QueryResult queryResult) {
                // That it came is all there is to know.
            }

            @Override
            public Boolean result() {
                return true;
            }
        };
    }

    /** What each server has answered. */
    public static Collector<Map<NodeInfo, Packet>> replies() {
        return new Collector<>() {
            private final Map<NodeInfo, Packet> replies = new HashMap<>();

            @Override
            public void add(PeerInfo from, QueryResult queryResult) {
                if (queryResult instanceof QueryResult.Reply reply) {
                    replies.put(from, reply.packet());
                }
            }

            @Override
            public Map<NodeInfo, Packet> result() {
                return Map.copyOf(replies);
            }
        };
    }
}
