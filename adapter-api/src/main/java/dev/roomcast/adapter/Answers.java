package dev.roomcast.adapter;

import java.util.List;

/**
 * What members said to {@linkplain Cluster#ask a question}: how many were asked, who answered, and who did not.
 */
public interface Answers {

    /**
     * How many members were asked, on the nodes that told so.
     *
     * @return at least 0
     */
    int asked();

    /**
     * What the members answered.
     *
     * @return immutable, in the order in which the answers came
     */
    List<Reply> replies();

    /**
     * The members that were asked and did not answer: in time, or at all.
     *
     * @return immutable
     */
    List<MemberInfo> silent();

    /** One member's answer. */
    interface Reply {

        /**
         * Who answered.
         *
         * @return the member, as it was when it was asked
         */
        MemberInfo member();

        /**
         * The answer.
         *
         * @return what {@link Connection#ask(Packet)} completed with
         */
        Packet packet();
    }
}
