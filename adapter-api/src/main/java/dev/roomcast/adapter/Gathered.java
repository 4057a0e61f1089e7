package dev.roomcast.adapter;

import java.util.Set;

/**
 * The answers of several nodes, of which some may be missing. The caller says aloud which it wants: {@link #all()} or
 * {@link #some()}.
 *
 * @param <T> what the answers amount to
 */
public interface Gathered<T> {

    /**
     * The answer, if it is complete.
     *
     * @return what all nodes answered
     * @throws AdapterException as {@link AdapterException.Outcome#INCOMPLETE}, naming the missing nodes, if it is not complete
     */
    T all();

    /**
     * What there is of the answer.
     *
     * @return this node's part and those of the nodes that answered
     */
    T some();

    /**
     * The nodes whose answers are missing. An answer may be incomplete although none is named: until the first hello round is
     * complete, this node does not know whom to ask.
     *
     * @return an immutable set, empty if the answer is complete
     */
    Set<NodeInfo> missing();
}
