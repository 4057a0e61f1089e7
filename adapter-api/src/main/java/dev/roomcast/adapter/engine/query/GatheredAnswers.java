package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.Answers;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.QueryResult;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The asked members, and their answers. On the inbox's turn. */
public final class GatheredAnswers implements OpenQuery.Collector<Answers> {

    private record Reply(MemberInfo member, Packet packet) implements Answers.Reply {}

    private record Gathered(int asked, List<Answers.Reply> replies, List<MemberInfo> silent) implements Answers {}

    /** Of one node, in the order in which it told them: null is who has answered, or said that he will not. */
    private static final class Asked {
        final List<@Nullable MemberInfo> awaited = new ArrayList<>();
        int open;
    }

    private final Map<PeerInfo, Asked> nodes = new HashMap<>();
    private final List<Answers.Reply> replies = new ArrayList<>();
    private final List<MemberInfo> declined = new ArrayList<>();
    private final Consumer<Answers.Reply> each;

    public GatheredAnswers(Consumer<Answers.Reply> each) {
        this.each = each;
    }

    @Override
    public void add(PeerInfo from, QueryResult queryResult) {
        Asked asked = nodes.computeIfAbsent(from, node -> new Asked());
        if (queryResult instanceof QueryResult.Members members) {
            for (MemberDescription member : members.members()) {
                asked.awaited.add(RemoteMember.of(from, member));
                asked.open++;
            }
        } else if (queryResult instanceof QueryResult.MemberReply memberReply
                && memberReply.position() < asked.awaited.size()) {
            MemberInfo member = asked.awaited.set(memberReply.position(), null);
            if (member != null) {
                asked.open--;
                said(member, memberReply.packet());
            }
        }
    }

    private void said(MemberInfo member, @Nullable Packet packet) {
        if (packet == null) {
            declined.add(member);
        } else {
            Reply reply = new Reply(member, packet);
            replies.add(reply);
            each.accept(reply);
        }
    }

    @Override
    public boolean isOpen(PeerInfo from) {
        Asked asked = nodes.get(from);
        return asked != null && asked.open > 0;
    }

    private List<MemberInfo> silent() {
        List<MemberInfo> silent = new ArrayList<>(declined);
        for (Asked asked : nodes.values()) {
            asked.awaited.forEach(member -> {
                if (member != null) {
                    silent.add(member);
                }
            });
        }
        return List.copyOf(silent);
    }

    @Override
    public Answers result() {
        List<MemberInfo> silent = silent();
        return new Gathered(replies.size() + silent.size(), List.copyOf(replies), silent);
    }

    @Override
    public @Nullable String lack() {
        int silent = silent().size();
        return silent == 0 ? null : silent + (silent == 1 ? " member" : " members") + " did not answer";
    }
}
