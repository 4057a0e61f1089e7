package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.Finding.Described;
import dev.roomcast.adapter.engine.Question.Collector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the findings of several nodes amount to. */
final class Collected {

    private Collected() {}

    /** The union of names. */
    static Collector<Set<String>> texts() {
        return new Collector<>() {
            private final Set<String> all = new HashSet<>();

            @Override
            public void add(KnownNode from, Finding finding) {
                if (finding instanceof Finding.Texts texts) {
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
    static Collector<List<MemberInfo>> members() {
        return new Collector<>() {
            private final Map<KnownNode, Map<String, Described>> all = new LinkedHashMap<>();

            @Override
            public void add(KnownNode from, Finding finding) {
                if (finding instanceof Finding.Members members) {
                    Map<String, Described> ofNode = all.computeIfAbsent(from, node -> new LinkedHashMap<>());
                    members.members().forEach(member -> ofNode.merge(member.id(), member, Described::with));
                }
            }

            @Override
            public List<MemberInfo> result() {
                List<MemberInfo> infos = new ArrayList<>();
                all.forEach(
                        (node, members) -> members.values().forEach(member -> infos.add(KnownMember.of(node, member))));
                return Collections.unmodifiableList(infos);
            }
        };
    }

    /** The sum. */
    static Collector<Long> sum() {
        return new Collector<>() {
            private long sum;

            @Override
            public void add(KnownNode from, Finding finding) {
                if (finding instanceof Finding.Number number) {
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
    static Collector<Boolean> done() {
        return new Collector<>() {
            @Override
            public void add(KnownNode from, Finding finding) {
                // That it came is all there is to know.
            }

            @Override
            public Boolean result() {
                return true;
            }
        };
    }

    /** What each server has answered. */
    static Collector<Map<NodeInfo, Packet>> replies() {
        return new Collector<>() {
            private final Map<NodeInfo, Packet> replies = new HashMap<>();

            @Override
            public void add(KnownNode from, Finding finding) {
                if (finding instanceof Finding.Reply reply) {
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
