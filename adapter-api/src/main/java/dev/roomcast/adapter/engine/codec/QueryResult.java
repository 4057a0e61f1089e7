package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.Packet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The answer of one node to a {@link Query}: the whole answer, or a part that fits into a frame. */
public sealed interface QueryResult {

    /** About how many bytes it takes. */
    default int weight() {
        return 0;
    }

    /** Rooms, or users. */
    record Texts(Set<String> texts) implements QueryResult {

        @Override
        public int weight() {
            return texts.stream().mapToInt(String::length).sum();
        }
    }

    /** Members; of one that is in very many rooms there may be several, with some of its rooms each. */
    record Members(List<MemberDescription> members) implements QueryResult {

        @Override
        public int weight() {
            return members.stream().mapToInt(MemberDescription::weight).sum();
        }
    }

    record Number(long number) implements QueryResult {}

    /** It is done. */
    record Done() implements QueryResult {}

    /** It could not be done, or not all of it. */
    record Failed(String why) implements QueryResult {}

    /** What the server answered. */
    record Reply(Packet packet) implements QueryResult {

        @Override
        public int weight() {
            return packet.size();
        }
    }

    /**
     * What one of the members that were asked has answered.
     *
     * @param position among the members that were told before
     * @param packet the answer, or null if there is none and will be none
     */
    record MemberReply(int position, @Nullable Packet packet) implements QueryResult {

        @Override
        public int weight() {
            return packet == null ? 0 : packet.size();
        }
    }

    /** A member, as its node describes it. */
    record MemberDescription(String id, @Nullable String user, Set<String> rooms, Map<String, String> attributes) {

        /** This one and the rest of its rooms. */
        public MemberDescription with(MemberDescription rest) {
            Set<String> all = new HashSet<>(rooms);
            all.addAll(rest.rooms);
            return new MemberDescription(id, user, Collections.unmodifiableSet(all), attributes);
        }

        public int weight() {
            int weight = Message.SMALL + id.length();
            for (String room : rooms) {
                weight += room.length();
            }
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                weight += attribute.getKey().length() + attribute.getValue().length();
            }
            return weight;
        }
    }
}
