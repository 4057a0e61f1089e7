package dev.roomcast.adapter;

import java.util.List;

/**
 * The result of {@linkplain Cluster#ask a question}: how many members were asked, their answers, and the members that
 * did not answer.
 */
public interface Answers {

    /**
     * How many members were asked, on the nodes that have reported it.
     *
     * @return at least 0
     */
    int asked();

    /**
     * The answers of the members.
     *
     * @return immutable, in the order in which the answers came
     */
    List<Reply> replies();

    /**
     * The members that were asked and did not answer, or not in time.
     *
     * @return immutable
     */
    List<MemberInfo> silent();

    /** One member's answer. */
    interface Reply {

        /**
         * The member that answered.
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
